package dev.tern.server.batching;

/** Is told what a model's queue does; called by runner threads, so it must be quick. */
public interface BatchObserver {
    /** A request left the queue for a run after {@code nanos}. */
    void waited(long nanos);

    /** One execution of {@code requests} requests with {@code rows} rows took {@code nanos}. */
    void executed(int requests, int rows, long nanos, boolean succeeded);

    /** An execution was told to end, as nobody waited for it any more. */
    default void terminated() {}

    /** An execution did not end when told to: its runner was replaced. On the timer's thread. */
    default void runnerReplaced() {}
}
