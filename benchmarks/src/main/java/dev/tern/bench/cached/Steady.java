package dev.tern.bench.cached;

/** Finds out when a hit ratio grows no more: when it differs from that of the window before by 2 points at most. */
final class Steady {
    private static final double POINTS = 0.02;

    private double before = Double.NaN;

    /** Whether it has, with the next window's. */
    boolean isReached(double ratio) {
        boolean reached = Math.abs(ratio - before) <= POINTS;
        before = ratio;
        return reached;
    }
}
