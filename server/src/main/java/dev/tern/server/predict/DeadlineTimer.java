package dev.tern.server.predict;

import java.util.function.LongSupplier;

/**
 * Looks at what waits when the earliest deadline passes. One timer task per look, not per request: deadlines mostly come
 * in ascending order, so a new one is nearly always covered by the look that is already due.
 */
public final class DeadlineTimer {
    private final Clock clock;
    private final long minIntervalNanos;
    private volatile LongSupplier sweep;
    private volatile long dueNanos = Call.NO_DEADLINE;

    /**
     * @param sweep expires what is due and returns the earliest deadline left, or {@link Call#NO_DEADLINE}
     */
    public DeadlineTimer(Clock clock, long minIntervalNanos, LongSupplier sweep) {
        this.clock = clock;
        this.minIntervalNanos = minIntervalNanos;
        this.sweep = sweep;
    }

    /** Sees to it that there is a look at {@code deadlineNanos} or soon after. Any thread. */
    public void lookAt(long deadlineNanos) {
        if (covers(deadlineNanos)) {
            return;
        }
        synchronized (this) {
            if (covers(deadlineNanos)) {
                return;
            }
            dueNanos = deadlineNanos;
        }
        clock.schedule(deadlineNanos, () -> look(deadlineNanos));
    }

    /** No look from now on: the clock, whose next task may be minutes away, holds on to nothing that there was to see. */
    public void close() {
        sweep = () -> Call.NO_DEADLINE;
    }

    private boolean covers(long deadlineNanos) {
        long due = dueNanos;
        return due != Call.NO_DEADLINE && deadlineNanos - due >= 0;
    }

    private void look(long plannedNanos) {
        synchronized (this) {
            if (dueNanos != plannedNanos) {
                // An earlier look took this one's place, and has planned the next since.
                return;
            }
            dueNanos = Call.NO_DEADLINE;
        }
        long next = sweep.getAsLong();
        if (next != Call.NO_DEADLINE) {
            lookAt(Math.max(next, clock.nanoTime() + minIntervalNanos));
        }
    }
}
