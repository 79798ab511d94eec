package dev.tern.server.rpc;

/** Whether a rate has stopped growing. Not thread-safe. */
final class Steadiness {
    /** Compilation comes in steps: so many slices without a new best are no step away. */
    private static final int PATIENCE = 6;

    /** What counts as growth; less is noise. */
    private static final double GROWTH = 1.05;

    private double best;
    private int since;

    /** Adds the next slice's rate; whether the last ones brought no growth. */
    boolean reachedBy(double rate) {
        if (rate > best * GROWTH) {
            best = rate;
            since = 0;
        } else {
            since++;
        }
        return since >= PATIENCE;
    }
}
