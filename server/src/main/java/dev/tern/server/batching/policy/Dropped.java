package dev.tern.server.batching.policy;

/** A request that left the queue without a run. */
public record Dropped<E>(E entry, Reason reason) {
    /** Why. */
    public enum Reason {
        /** It was answered already, or its caller has gone. */
        GONE,
        /** Its caller's deadline has passed. */
        DEADLINE_PASSED,
        /** By the learned execution time it cannot be finished by its caller's deadline. */
        DEADLINE_TOO_CLOSE,
        /** Its time in the queue is over, and the queue policy says to refuse it. */
        TIMED_OUT
    }
}
