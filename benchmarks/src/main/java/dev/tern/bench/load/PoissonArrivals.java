package dev.tern.bench.load;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Arrivals that know nothing of one another: the gaps are exponential with mean {@code 1 / rate}, drawn as {@code -ln(1 -
 * u) / rate}. The same seed gives the same times.
 */
public final class PoissonArrivals implements Arrivals {
    private final double meanGapNanos;
    private final SplittableRandom random;
    private double time;

    /** Makes arrivals of this mean rate per second. */
    public PoissonArrivals(double rate, long seed) {
        meanGapNanos = TimeUnit.SECONDS.toNanos(1) / rate;
        random = new SplittableRandom(seed);
    }

    @Override
    public long next() {
        time -= Math.log1p(-random.nextDouble()) * meanGapNanos;
        return (long) time;
    }
}
