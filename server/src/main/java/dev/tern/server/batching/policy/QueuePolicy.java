package dev.tern.server.batching.policy;

/**
 * How long and how many requests of one priority level may wait, as Triton's {@code ModelQueuePolicy} has it.
 *
 * @param action what becomes of a request whose time in the queue is over
 * @param defaultTimeoutNanos how long a request may wait; 0 for ever
 * @param allowTimeoutOverride whether a request may ask for less; it has no effect without a default
 * @param maxQueueSize requests that may wait at once; 0 for any number
 */
public record QueuePolicy(
        TimeoutAction action, long defaultTimeoutNanos, boolean allowTimeoutOverride, int maxQueueSize) {
    /** No timeout and no bound. */
    public static final QueuePolicy UNBOUNDED = new QueuePolicy(TimeoutAction.REJECT, 0, false, 0);

    /** What becomes of a request whose time in the queue is over. */
    public enum TimeoutAction {
        /** It is refused. */
        REJECT,
        /** It is served after all those of its level whose time is not over. */
        DELAY
    }

    /** This policy with another bound. */
    public QueuePolicy withMaxQueueSize(int size) {
        return new QueuePolicy(action, defaultTimeoutNanos, allowTimeoutOverride, size);
    }

    /**
     * When a request's time in the queue is over, or {@link Waiting#NO_DEADLINE}.
     *
     * @param askedNanos what the request asks for; 0 if nothing
     */
    public long timeoutAt(long enqueuedNanos, long askedNanos) {
        if (defaultTimeoutNanos == 0) {
            return Waiting.NO_DEADLINE;
        }
        boolean lower = allowTimeoutOverride && askedNanos > 0 && askedNanos < defaultTimeoutNanos;
        return enqueuedNanos + (lower ? askedNanos : defaultTimeoutNanos);
    }
}
