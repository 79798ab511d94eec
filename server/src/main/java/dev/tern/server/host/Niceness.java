package dev.tern.server.host;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread give way to the process's other threads without being shut out by them: where they want every core, it
 * gets about a tenth of what one of them gets, as each step of niceness is worth a factor of 1.25 (sched(7)). Linux only;
 * elsewhere nothing changes.
 */
public final class Niceness {
    private static final int MORE = 10;
    private static final boolean IS_OF_THREADS =
            System.getProperty("os.name", "").equals("Linux");

    private static final Logger LOG = LoggerFactory.getLogger(Niceness.class);

    private Niceness() {}

    /**
     * The calling thread gives way from now on, and so does every thread that it starts; most users cannot take that
     * back.
     */
    public static void giveWay() {
        if (!IS_OF_THREADS) {
            return;
        }
        try {
            int unused = Libc.nice(MORE);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "{} cannot be made to give way: what it runs competes with requests",
                    Thread.currentThread().getName(),
                    e);
        }
    }
}
