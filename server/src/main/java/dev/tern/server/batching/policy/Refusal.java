package dev.tern.server.batching.policy;

/**
 * Why a request is not let into the queue.
 *
 * @param retryAfterNanos after how long it may be let in; 0 where that makes no difference
 */
public record Refusal(Reason reason, long retryAfterNanos) {
    /** Why. */
    public enum Reason {
        /** So many requests of its level wait as may. */
        QUEUE_FULL,
        /** Behind what waits it would be answered too late. */
        TOO_MUCH_AHEAD,
        /** By the learned execution time it cannot be finished by its deadline. */
        DEADLINE_TOO_CLOSE
    }
}
