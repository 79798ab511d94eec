package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    @ParameterizedTest
    @CsvSource({"'', '', 0", "abc, abc, 0", "'', abc, 3", "abc, abd, 1", "abc, ac, 1", "kitten, sitting, 3"})
    void countsLetters(String a, String b, int distance) {
        assertThat(Suggestion.distance(a, b)).isEqualTo(distance);
        assertThat(Suggestion.distance(b, a)).isEqualTo(distance);
    }

    @Test
    void offersTheNearestNameOnlyIfItIsClose() {
        assertThat(Suggestion.of("outputs", List.of("input", "output"))).isEqualTo("; did you mean 'output'?");
        assertThat(Suggestion.of("colour", List.of("input", "output"))).isEmpty();
    }
}
