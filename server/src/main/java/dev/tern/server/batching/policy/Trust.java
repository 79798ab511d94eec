package dev.tern.server.batching.policy;

/**
 * Whether learned times may cost a request its run. They may for a second after the last run, or three times as long as
 * it took if that is more; then one must show whether they still hold. What was learned before the first request is
 * believed for a second from the first refusal on.
 *
 * <p>Changed under the queue's lock, but for {@link #used}; may be asked from any thread.
 */
final class Trust {
    private static final int NOTHING = 0;
    private static final int SEEDED = 1;
    private static final int TIMED = 2;

    /** The learned times are believed for so long after the last run. */
    static final long LEAST_NANOS = 1_000_000_000;

    private static final long RUNS = 3;

    private volatile long untilNanos;
    private volatile int state = NOTHING;

    /** Something was learned before the first request. */
    void seeded() {
        if (state == NOTHING) {
            state = SEEDED;
        }
    }

    /** A run that took {@code runNanos} has ended at {@code nowNanos}. */
    void confirmed(long runNanos, long nowNanos) {
        untilNanos = nowNanos + Math.max(LEAST_NANOS, RUNS * runNanos);
        state = TIMED;
    }

    /** A request was refused for it at {@code nowNanos}. */
    void used(long nowNanos) {
        if (state == SEEDED) {
            confirmed(0, nowNanos);
        }
    }

    boolean holds(long nowNanos) {
        return switch (state) {
            case NOTHING -> false;
            case SEEDED -> true;
            default -> nowNanos - untilNanos < 0;
        };
    }
}
