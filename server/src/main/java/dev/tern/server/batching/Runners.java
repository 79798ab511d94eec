package dev.tern.server.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runner threads, one per execution slot, shared by all models.
 *
 * <p>A queue with work stands in line once; a runner serves the first in line for one batch and the queue goes to the
 * end, so no model's load keeps another from its turn.
 */
public final class Runners implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Runners.class);
    private static final long GRACE_MILLIS = 1000;

    private final BlockingQueue<Runnable> line = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch ended;
    private volatile boolean closed;

    /** Starts {@code slots} threads made by {@code factory}. */
    public Runners(int slots, ThreadFactory factory) {
        this.ended = new CountDownLatch(slots);
        for (int i = 0; i < slots; i++) {
            Thread thread = factory.newThread(this::serve);
            threads.add(thread);
            thread.start();
        }
    }

    /** Puts {@code turn} at the end of the line; any thread, never blocks. */
    @Override
    public void execute(Runnable turn) {
        line.add(turn);
    }

    /** How many runs can go on at once. */
    public int slots() {
        return threads.size();
    }

    private void serve() {
        while (!closed) {
            try {
                line.take().run();
            } catch (InterruptedException e) {
                // close() interrupts; the loop's condition decides.
            } catch (RuntimeException | Error e) {
                LOG.error("A runner's turn failed; the runner goes on", e);
            }
        }
        ended.countDown();
    }

    /**
     * Ends the threads after the turns they are in, and waits for them; a run that takes longer than a second is left to
     * itself, so that one stuck model does not keep the server from ending.
     */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        try {
            if (!ended.await(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("{} runs go on while the server ends", ended.getCount());
                return;
            }
            for (Thread thread : threads) {
                thread.join(GRACE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
