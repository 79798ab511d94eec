package dev.tern.server.batching.policy;

/**
 * What runs say that were ended before they were done: that they take longer than what they were given.
 *
 * <p>One that was given no more than most of its size take says nothing. {@value #ENOUGH} others, without one of their
 * size or more that came to its end, and runs from that size on are expected to take twice what they were given: without
 * a scale to go by, a run is as likely to end before the double as after it. The guess ends with the first run that
 * comes to its end; what that took counts instead. For one thread at a time.
 */
final class EndedRuns {
    static final int ENOUGH = 3;
    private static final double DOUBLE = 2;

    private int count;
    private long from = Long.MAX_VALUE;
    private long guessUnits = 1;
    private double guessNanos;

    /**
     * A run was ended after {@code nanos}.
     *
     * @param curve what runs usually take, by what came to its end
     * @param usualMax what nearly all of its size stay within
     * @return whether that says anything
     */
    boolean ended(long units, double nanos, double[] curve, double usualMax) {
        if (nanos <= usualMax) {
            return false;
        }
        count++;
        from = Math.min(from, units);
        if (DOUBLE * nanos * CurveShape.interpolate(curve, guessUnits)
                > guessNanos * CurveShape.interpolate(curve, units)) {
            guess(units, DOUBLE * nanos);
        }
        return true;
    }

    /** A run came to its end; whether that changes what is expected. */
    boolean completed(long units, double nanos, double usualMax) {
        if (count == 0 || units < from) {
            return false;
        }
        if (nanos <= usualMax) {
            count = 0;
            from = Long.MAX_VALUE;
            guess(1, 0);
        } else {
            guess(units, nanos);
        }
        return true;
    }

    private void guess(long units, double nanos) {
        guessUnits = units;
        guessNanos = nanos;
    }

    /** The size from which on more is expected than {@code curve} says. */
    long from() {
        return from;
    }

    /** How many times what {@code curve} says is expected from there on; at least 1. */
    double factor(double[] curve) {
        return count < ENOUGH ? 1 : Math.max(1, guessNanos / CurveShape.interpolate(curve, guessUnits));
    }
}
