package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KnotsTest {
    @Test
    void twoInEveryDoubling() {
        assertThat(IntStream.range(0, 10).mapToLong(Knots::units).toArray())
                .containsExactly(1, 2, 3, 4, 6, 8, 12, 16, 24, 32);
    }

    @Test
    void everySizeLiesBetweenItsKnotAndTheNext() {
        for (long units = 1; units < 5000; units++) {
            int knot = Knots.below(units);
            assertThat(units).isBetween(Knots.units(knot), Knots.units(knot + 1) - 1);
            assertThat(Knots.count(units)).isEqualTo(knot + 2);
        }
        assertThat(Knots.units(Knots.below(1L << 40))).isEqualTo(1L << 40);
    }
}
