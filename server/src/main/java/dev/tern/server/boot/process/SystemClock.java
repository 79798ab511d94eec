package dev.tern.server.boot.process;

import dev.tern.server.predict.Clock;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's time and a timer thread: the server's, or one for what nobody waits for. */
public final class SystemClock implements Clock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemClock.class);

    private final ScheduledThreadPoolExecutor timer;

    /** With the server's timer thread. */
    public SystemClock() {
        this(Threads.named("tern-timer"));
        // Else a thread that gives way might be the one that starts it, and it would, too.
        int unused = timer.prestartAllCoreThreads();
    }

    /** With a timer thread of {@code threads}, made when it is first needed. */
    public SystemClock(ThreadFactory threads) {
        timer = new ScheduledThreadPoolExecutor(1, threads);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void schedule(long atNanos, Runnable task) {
        Future<?> unused = timer.schedule(() -> run(task), atNanos - nanoTime(), TimeUnit.NANOSECONDS);
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("A timer task failed; the timer goes on", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
