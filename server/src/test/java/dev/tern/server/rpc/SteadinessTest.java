package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SteadinessTest {
    @Test
    void isReachedBySixSlicesWithoutGrowth() {
        assertThat(slices(100, 200, 209, 150, 200, 180, 210, 205)).isEqualTo(8);
    }

    @Test
    void growthBeginsTheCountAgain() {
        assertThat(slices(100, 100, 100, 100, 100, 100, 106, 100, 100, 100, 100, 100, 100))
                .isEqualTo(13);
    }

    @Test
    void aVersionThatAnswersNothingIsSteady() {
        assertThat(slices(0, 0, 0, 0, 0, 0)).isEqualTo(6);
    }

    @Test
    void whileItGrowsItIsNot() {
        assertThat(slices(100, 110, 121, 134, 150, 170, 190, 210, 240, 270)).isZero();
    }

    /** Which slice reaches it, counted from 1; 0 if none does. */
    private static int slices(double... rates) {
        Steadiness steadiness = new Steadiness();
        boolean[] reached = new boolean[rates.length];
        int[] slice = {0};
        DoubleStream.of(rates).forEach(rate -> reached[slice[0]++] = steadiness.reachedBy(rate));
        for (int i = 0; i < reached.length; i++) {
            if (reached[i]) {
                return i + 1;
            }
        }
        return 0;
    }
}
