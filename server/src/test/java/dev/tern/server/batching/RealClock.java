package dev.tern.server.batching;

import dev.tern.server.predict.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Time as it passes, and a timer's thread until it is closed. */
final class RealClock implements Clock, AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing is ever taken back from the timer.
    public void schedule(long atNanos, Runnable task) {
        timer.schedule(task, atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Waits for the task under way. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new AssertionError("a timer's task does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
