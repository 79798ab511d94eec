package dev.tern.bench.simulator;

import dev.tern.server.batching.policy.Waiting;
import java.util.List;

/** A batch queue under a policy; one thread, simulated time. */
interface SimulatedQueue {
    /** A request comes; false refuses it at once. */
    boolean enter(Request request, long nowNanos);

    /** What an instance that is free is to run; empty for nothing yet. */
    List<Request> choose(long nowNanos);

    /** After an empty choice: when to choose again if nothing happens before. */
    long lookAgainNanos();

    /** A run has ended. */
    void ran(List<Request> batch, long units, long nanos, long nowNanos);

    boolean isEmpty();

    /** Every event ends with this, whether or not an instance is free. */
    default void turn(long nowNanos) {}

    /** When requests that wait should be looked through for those that have expired. */
    default long sweepAtNanos() {
        return Waiting.NO_DEADLINE;
    }

    default void sweep(long nowNanos) {}

    /** Requests dropped since the last call. */
    List<Request> takeDropped();
}
