package dev.tern.server.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that one thread hands over one after the other, as those of a batch: what is left to do for each of them on
 * another thread is handed to that thread in one piece. A thread that was woken for the first of many would else take the
 * processor from the one that makes them, do little, and sleep again. Used by one thread at a time.
 */
public final class Together {
    private static final Logger LOG = LoggerFactory.getLogger(Together.class);
    private static final ThreadLocal<@Nullable Together> CURRENT = new ThreadLocal<>();

    /** One for each executor; there are as many of these as event loops, so few. */
    private final List<Executor> executors = new ArrayList<>(2);

    private final List<List<Runnable>> tasks = new ArrayList<>(2);

    /** What this thread does itself when the others have theirs. */
    private final List<Runnable> last = new ArrayList<>(0);

    private Together() {}

    /** Runs {@code handOver}; what it leaves to other threads is handed to them when it has ended. */
    public static void run(Runnable handOver) {
        if (CURRENT.get() != null) {
            handOver.run();
            return;
        }
        Together together = new Together();
        CURRENT.set(together);
        try {
            handOver.run();
        } finally {
            CURRENT.remove();
            together.handOver();
        }
    }

    /** Runs {@code handOver} as if outside of any {@link #run}: what it leaves to other threads it does at once. */
    public static void apart(Runnable handOver) {
        Together around = CURRENT.get();
        CURRENT.remove();
        try {
            handOver.run();
        } finally {
            CURRENT.set(around);
        }
    }

    /** What this thread hands over together at this moment; null if it hands over one by one. */
    public static @Nullable Together current() {
        return CURRENT.get();
    }

    /** Has {@code task} run by {@code executor}, after those that were left to it before. */
    public void leave(Executor executor, Runnable task) {
        int at = executors.indexOf(executor);
        if (at < 0) {
            at = executors.size();
            executors.add(executor);
            tasks.add(new ArrayList<>());
        }
        tasks.get(at).add(task);
    }

    /** Has {@code task} run on this thread when everything that is left to others has been handed to them. */
    public void afterwards(Runnable task) {
        last.add(task);
    }

    private void handOver() {
        try {
            handOverToOthers();
        } finally {
            runAll(last);
        }
    }

    private void handOverToOthers() {
        for (int i = 0; i < executors.size(); i++) {
            List<Runnable> all = tasks.get(i);
            try {
                executors.get(i).execute(() -> runAll(all));
            } catch (RejectedExecutionException e) {
                // The other thread has ended; what the tasks hold must be given back all the same.
                runAll(all);
            }
        }
    }

    private static void runAll(List<Runnable> all) {
        for (Runnable each : all) {
            try {
                each.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A task that was left for the end of answers failed", e);
            }
        }
    }
}
