package dev.tern.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatiosTest {
    @Test
    void theMedianIsTheMiddle() {
        assertThat(ratios(1.25, 1.0, 5).median()).isEqualTo(1.25);
        assertThat(ratios(1.25, 1.0, 5, 1.75).median()).isEqualTo(1.5);
    }

    /** Ranks of the confidence interval of a median at 95%, as tables of the sign test have them. */
    @ParameterizedTest
    @CsvSource({"6, 1", "7, 1", "8, 1", "9, 2", "10, 2", "11, 2", "12, 3", "15, 4", "20, 6", "25, 8"})
    void theIntervalIsTheSignTests(int rounds, int rank) {
        Ratios ratios = new Ratios(
                IntStream.rangeClosed(1, rounds).mapToObj(each -> (double) each).toList());
        assertThat(ratios.low()).isEqualTo(rank);
        assertThat(ratios.high()).isEqualTo(rounds + 1 - rank);
    }

    @Test
    void fewerThanSixTellNothing() {
        Ratios ratios = ratios(2, 2, 2, 2, 2);
        assertThat(ratios.low()).isNaN();
        assertThat(ratios.high()).isNaN();
        assertThat(ratios.differ()).isFalse();
    }

    @Test
    void aDifferenceIsOneThatLeavesOneOut() {
        assertThat(ratios(1.1, 1.2, 1.1, 1.3, 1.01, 1.1).differ()).isTrue();
        assertThat(ratios(0.9, 0.8, 0.95, 0.7, 0.99, 0.9).differ()).isTrue();
        assertThat(ratios(1.1, 1.2, 0.99, 1.3, 1.01, 1.1).differ()).isFalse();
    }

    private static Ratios ratios(double... each) {
        List<Double> list = DoubleStream.of(each).boxed().toList();
        return new Ratios(list);
    }
}
