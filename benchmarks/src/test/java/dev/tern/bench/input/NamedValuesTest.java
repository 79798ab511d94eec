package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedValuesTest {
    @Test
    void namesMayHoldColons() {
        assertThat(NamedShape.parse("serving:0:1,1960")).isEqualTo(new NamedShape("serving:0", List.of(1L, 1960L)));
        assertThat(NamedRange.parse("serving:0:-2,3e1")).isEqualTo(new NamedRange("serving:0", new ValueRange(-2, 30)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x:", ":1", "x:1,", "x:-1", "x:1.5"})
    void otherShapesAreRefused(String text) {
        assertThatThrownBy(() -> NamedShape.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: name:d1,d2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x:1", "x:2,1", "x:1,2,3", "x:-,2", "x:0,1e999", ":1,2"})
    void otherRangesAreRefused(String text) {
        assertThatThrownBy(() -> NamedRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: name:lo,hi");
    }
}
