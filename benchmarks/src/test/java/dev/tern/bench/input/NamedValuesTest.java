package dev.tern.bench.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedValuesTest {
    @Test
    void namesMayHoldColons() {
        GivenShape shape = GivenShape.parse("serving:0:1,zipf(8,512),1960");
        assertThat(shape.input()).isEqualTo("serving:0");
        assertThat(shape.dimensions()).extracting(Dimension::toString).containsExactly("1", "zipf(8,512)", "1960");
        assertThat(shape.text()).isEqualTo("1,zipf(8,512),1960");
        assertThat(NamedRange.parse("serving:0:-2,3e1")).isEqualTo(new NamedRange("serving:0", new ValueRange(-2, 30)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "x:",
                ":1",
                "x:1,",
                "x:-1",
                "x:1.5",
                "x:zipf(8)",
                "x:zipf(9,8)",
                "x:uniform(0,8)",
                "x:zipf(1,2",
                "x:normal(1,2)"
            })
    void otherShapesAreRefused(String text) {
        assertThatThrownBy(() -> GivenShape.parse(text))
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
