package dev.tern.bench.load;

import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * How requests follow one another at a given mean rate: evenly or at random, all the time or in bursts of a fixed length
 * with silence between.
 *
 * @param spacing of the requests, within bursts where there are such
 * @param onNanos how long a burst lasts; 0 for no bursts
 * @param offNanos how long the silence after it lasts
 */
public record ArrivalPattern(Spacing spacing, long onNanos, long offNanos) {
    public static final ArrivalPattern POISSON = new ArrivalPattern(Spacing.POISSON, 0, 0);
    public static final ArrivalPattern CONSTANT = new ArrivalPattern(Spacing.CONSTANT, 0, 0);

    /** What the gaps are like. */
    public enum Spacing {
        /** All the same. */
        CONSTANT,
        /** Exponential, as those of many callers who know nothing of one another. */
        POISSON
    }

    boolean isBursty() {
        return onNanos > 0;
    }

    /** The times of requests over these stages; the same seed gives the same. */
    Arrivals over(Iterator<Stage> stages, long seed) {
        return new StagedArrivals(isBursty() ? new Bursts(stages, onNanos, offNanos) : stages, gaps(seed));
    }

    /** For people and machines: {@code constant}, {@code poisson} or {@code bursty}. */
    String kind() {
        if (isBursty()) {
            return "bursty";
        }
        return switch (spacing) {
            case CONSTANT -> "constant";
            case POISSON -> "poisson";
        };
    }

    /** Gaps in units of their mean. */
    private DoubleSupplier gaps(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return switch (spacing) {
            case CONSTANT -> new Even();
            case POISSON -> () -> -Math.log1p(-random.nextDouble());
        };
    }

    /** The first at once: so many a second then fall into each second, none on the end of the last. */
    private static final class Even implements DoubleSupplier {
        private boolean begun;

        @Override
        public double getAsDouble() {
            double gap = begun ? 1 : 0;
            begun = true;
            return gap;
        }
    }
}
