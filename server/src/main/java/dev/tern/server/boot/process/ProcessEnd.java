package dev.tern.server.boot.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the process: in order by the exit timeout, else by force. By force it takes the child processes along, and
 * runs no shutdown hook: ONNX Runtime's would free what runs under way still use.
 */
public final class ProcessEnd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);
    private static final int FORCED = 1;

    /** What even the shortest exit timeout leaves for closing. */
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So long before the time is up force is used: halting waits 300 ms for threads in native code. */
    private static final long FORCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LAST_WORDS_MILLIS = 50;

    private final long timeoutNanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean begun;
    private long byNanos;

    /** @param exitTimeout what the process has left once its end has begun; at least a second */
    public ProcessEnd(Duration exitTimeout) {
        this.timeoutNanos = Math.max(LEAST_NANOS, exitTimeout.toNanos());
    }

    /**
     * Begins the end, if it has not begun: from then on the process has the exit timeout left. Any thread.
     *
     * @return when the process is gone at the latest, on the scale of {@link System#nanoTime}
     */
    public synchronized long begin() {
        if (!begun) {
            begun = true;
            byNanos = System.nanoTime() + timeoutNanos;
            Threads.named("tern-exit").newThread(this::watch).start();
        }
        return byNanos;
    }

    private void watch() {
        try {
            if (!closed.await(timeoutNanos - FORCE_NANOS, TimeUnit.NANOSECONDS)) {
                force("the exit timeout has passed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process now, with exit status 1; does not return. */
    public static void force(String why) {
        try {
            // On a thread of its own: a log that nobody reads any more must not hold up the end.
            Thread lastWords = Threads.named("tern-last-words")
                    .newThread(() -> LOG.error("Ending by force: {}; the exit status is {}", why, FORCED));
            lastWords.start();
            lastWords.join(LAST_WORDS_MILLIS);
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(FORCED);
        }
    }

    /** All has ended in order: no force is needed any more. */
    @Override
    public void close() {
        closed.countDown();
    }
}
