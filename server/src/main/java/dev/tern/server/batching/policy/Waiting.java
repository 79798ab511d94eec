package dev.tern.server.batching.policy;

/** A request as the scheduler sees it. Times are in nanoseconds on the scheduler's scale. */
public interface Waiting {
    /** The deadline of a request that has none. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** Rows it brings, 0 or more; 1 for a model without a batch dimension. */
    int rows();

    /** Work in one row: its own length where those of a run may differ, else 1. */
    long unitsPerRow();

    /** Requests whose groups are equal may share a run. */
    Object group();

    /** Its priority level, 1 is the highest. */
    int level();

    long enqueuedNanos();

    /** When its caller stops waiting; {@link #NO_DEADLINE} if never. */
    long deadlineNanos();

    /** When its time in the queue is over by the queue policy; {@link #NO_DEADLINE} if never. */
    long timeoutNanos();

    /** Whether it needs no run any more: it was answered, or its caller has gone. Any thread may make it so. */
    boolean isGone();
}
