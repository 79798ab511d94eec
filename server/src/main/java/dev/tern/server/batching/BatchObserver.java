package dev.tern.server.batching;

import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.predict.RunTimes;

/** Is told what a model's queue does; called by runner threads unless said otherwise, so it must be quick. */
public interface BatchObserver {
    /** A request left the queue for a run after {@code nanos}. */
    void waited(long nanos);

    /** One execution of {@code requests} requests with {@code rows} rows took {@code nanos}. */
    void executed(int requests, int rows, long nanos, boolean succeeded);

    /**
     * One execution succeeded; before anybody is answered.
     *
     * @param requests that wait for its answer
     * @param rows of these requests; one without rows counts as one
     * @param queuedNanos from when each of them entered the queue to the begin of this execution, together
     * @param batchSize rows of the execution, those that nobody waits for any more included
     */
    default void computed(int requests, int rows, long queuedNanos, int batchSize, RunTimes times) {}

    /** A request was not let into the queue; any thread. */
    default void refused(Refusal.Reason reason) {}

    /** A request left the queue without a run; any thread. */
    default void dropped(Dropped.Reason reason) {}

    /** An execution was told to end, as nobody waited for it any more. */
    default void terminated() {}

    /** An execution did not end when told to: its runner was replaced. On the timer's thread. */
    default void runnerReplaced() {}
}
