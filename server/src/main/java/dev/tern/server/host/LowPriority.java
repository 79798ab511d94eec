package dev.tern.server.host;

import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that get what time of a core nobody else wants: the kernel takes the core from them as soon as another thread
 * can run (SCHED_IDLE). Linux only; elsewhere they are threads like any other.
 */
public final class LowPriority {
    /** Of the kernel's scheduling policies. */
    private static final int SCHED_IDLE = 5;
    /** The only one of that policy, and a whole {@code struct sched_param}. */
    private static final int[] NO_PRIORITY = {0};

    private static final Logger LOG = LoggerFactory.getLogger(LowPriority.class);

    private LowPriority() {}

    /** The same threads with a low priority from their begin on. It cannot be raised again. */
    public static ThreadFactory of(ThreadFactory threads) {
        return task -> threads.newThread(() -> {
            enter();
            task.run();
        });
    }

    private static void enter() {
        try {
            int unused = Libc.sched_setscheduler(0, SCHED_IDLE, NO_PRIORITY.clone());
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "{} cannot be given a low priority: what it runs competes with requests",
                    Thread.currentThread().getName(),
                    e);
        }
    }
}
