package dev.tern.bench.cached;

/**
 * Finds out when a cache is full and its hit ratio grows no more: when, from one window to the next, there are 2% more
 * answers in it at most, and 2 points lie between the ratios at most. While it fills slowly, the ratio alone grows slowly,
 * too.
 */
final class Steady {
    private static final double POINTS = 0.02;
    private static final double GROWTH = 1.02;

    private double ratioBefore = Double.NaN;
    private double entriesBefore = Double.NaN;

    /** Whether it is, with the next window's. */
    boolean isReached(double ratio, double entries) {
        boolean reached = Math.abs(ratio - ratioBefore) <= POINTS && entries <= GROWTH * entriesBefore;
        ratioBefore = ratio;
        entriesBefore = entries;
        return reached;
    }
}
