package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PoissonArrivalsTest {
    private static final int MANY = 200_000;
    private static final double RATE = 5_000;
    private static final double MEAN_GAP = 1e9 / RATE;

    @Test
    void theSeedDecides() {
        assertThat(times(1, 100)).isEqualTo(times(1, 100)).isNotEqualTo(times(2, 100));
    }

    @Test
    void theMeanRateIsTheOneAskedFor() {
        long[] times = times(1, MANY);
        assertThat(MANY / (times[MANY - 1] / 1e9)).isCloseTo(RATE, within(RATE * 0.01));
    }

    /** Of exponential gaps, 1 - 1/e are below the mean and e^-3 above three times the mean. */
    @Test
    void theGapsAreExponential() {
        long[] gaps = gaps(times(1, MANY));
        assertThat(LongStream.of(gaps).allMatch(gap -> gap >= 0)).isTrue();
        assertThat(share(gaps, 0, MEAN_GAP)).isCloseTo(1 - Math.exp(-1), within(0.005));
        assertThat(share(gaps, 3 * MEAN_GAP, Double.MAX_VALUE)).isCloseTo(Math.exp(-3), within(0.002));
    }

    private static long[] times(long seed, int count) {
        Arrivals arrivals = new PoissonArrivals(RATE, seed);
        return LongStream.generate(arrivals::next).limit(count).toArray();
    }

    private static long[] gaps(long[] times) {
        long[] gaps = new long[times.length];
        for (int i = 0; i < times.length; i++) {
            gaps[i] = times[i] - (i == 0 ? 0 : times[i - 1]);
        }
        return gaps;
    }

    private static double share(long[] gaps, double from, double to) {
        return LongStream.of(gaps).filter(gap -> gap >= from && gap < to).count() / (double) gaps.length;
    }
}
