package dev.tern.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "3abc, 3",
        "' \t7', 7",
        "+12, 12",
        "007, 7",
        "-0, 0",
        "1.5, 1",
        "9223372036854775807, 9223372036854775807"
    })
    void readsDigits(String text, long version) {
        assertThat(VersionText.parse(text)).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "abc", "v1", "+", "-", "--1", "9223372036854775808", "-99999999999999999999"})
    void refusesWhatBeginsWithNoNumber(String text) {
        assertThat(VersionText.parse(text)).isEqualTo(VersionText.NOT_A_NUMBER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", " -12x"})
    void tellsNegativesApart(String text) {
        assertThat(VersionText.parse(text)).isEqualTo(VersionText.NEGATIVE);
    }
}
