package dev.tern.bench.simulator;

import dev.tern.server.batching.policy.ExecutionTimes;
import dev.tern.server.batching.policy.Waiting;

/** Who is not served. One for each simulation: it may remember. */
interface Shedding {
    /** Whether one more may wait. */
    default boolean admits(int waiting) {
        return true;
    }

    /** Whether this one, next in turn, is dropped instead. */
    default boolean sheds(Request request, long nowNanos, boolean last, ExecutionTimes times) {
        return false;
    }

    /** Whether the newest is next in turn, not the oldest. */
    default boolean newestFirst() {
        return false;
    }

    /** First come, first served, whether or not the caller is still there; so many may wait. */
    record Fifo(int bound) implements Shedding {
        @Override
        public boolean admits(int waiting) {
            return waiting < bound;
        }
    }

    /** Newest first; dropped is who cannot make it any more by what a run takes. */
    record NewestFirst() implements Shedding {
        @Override
        public boolean sheds(Request request, long nowNanos, boolean last, ExecutionTimes times) {
            return request.deadlineNanos() != Waiting.NO_DEADLINE
                    && nowNanos + times.expectedNanos(request.units()) > request.deadlineNanos();
        }

        @Override
        public boolean newestFirst() {
            return true;
        }
    }

    /**
     * Controlled delay after Nichols and Jacobson in the form that servers use it in: while even the shortest wait of
     * the last interval was above the target, who has waited twice the target is dropped.
     */
    final class ControlledDelay implements Shedding {
        private final long targetNanos;
        private final long intervalNanos;
        private long intervalEndNanos;
        private long shortestNanos;
        private boolean overloaded;

        ControlledDelay(long targetNanos, long intervalNanos) {
            this.targetNanos = targetNanos;
            this.intervalNanos = intervalNanos;
        }

        @Override
        public boolean sheds(Request request, long nowNanos, boolean last, ExecutionTimes times) {
            long waited = nowNanos - request.enqueuedNanos();
            if (nowNanos >= intervalEndNanos) {
                overloaded = shortestNanos > targetNanos;
                intervalEndNanos = nowNanos + intervalNanos;
                shortestNanos = waited;
            }
            shortestNanos = last ? 0 : Math.min(shortestNanos, waited);
            return overloaded && waited > 2 * targetNanos;
        }
    }
}
