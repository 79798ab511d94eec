package dev.tern.server.predict;

/** Is told of the way of one request that is traced. Any thread; must be quick. */
public interface RequestTrace {
    /**
     * The request, or a part of it, has run.
     *
     * @param queuedNanos when it began to wait for the run, on {@link Clock#nanoTime}'s scale
     */
    void ran(long queuedNanos, RunTimes times);
}
