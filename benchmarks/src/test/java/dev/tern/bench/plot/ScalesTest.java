package dev.tern.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalesTest {
    private static final Offset<Double> CLOSE = within(1e-9);

    @ParameterizedTest
    @CsvSource({"100, 6, 100", "102, 4, 150", "7, 5, 8", "0.03, 4, 0.03", "0, 6, 1"})
    void aLinearScaleEndsAtARoundNumber(double largest, int ticks, double end) {
        List<Double> written = LinearScale.upTo(largest, Double::toString).ticks();
        assertThat(written).hasSize(ticks).startsWith(0.0);
        assertThat(written.get(ticks - 1)).isCloseTo(end, CLOSE);
        assertThat(LinearScale.upTo(largest, Double::toString).place(end)).isCloseTo(1, CLOSE);
    }

    @Test
    void aLogScaleGoesFromRoundToRound() {
        LogScale few = LogScale.around(3, 180, Double::toString);
        assertThat(few.ticks()).containsExactly(2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0);
        assertThat(few.place(2)).isCloseTo(0, CLOSE);
        assertThat(few.place(20)).isCloseTo(0.5, CLOSE);
        LogScale many = LogScale.around(1, 100_000, Double::toString);
        assertThat(many.ticks()).containsExactly(1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0);
    }

    @Test
    void aLogScaleOfOneValueHasALength() {
        LogScale one = LogScale.around(5, 5, Double::toString);
        assertThat(one.ticks()).containsExactly(5.0, 10.0);
        assertThat(LogScale.around(0, Double.NaN, Double::toString).place(1)).isZero();
    }

    @Test
    void eachNineIsAsWideAsTheLast() {
        NinesScale scale = new NinesScale(4);
        assertThat(scale.place(0)).isCloseTo(0, CLOSE);
        assertThat(scale.place(90)).isCloseTo(0.25, CLOSE);
        assertThat(scale.place(99)).isCloseTo(0.5, CLOSE);
        assertThat(scale.place(99.9)).isCloseTo(0.75, CLOSE);
        assertThat(scale.ticks().stream().map(scale::label))
                .containsExactly("0%", "50%", "90%", "99%", "99.9%", "99.99%");
    }
}
