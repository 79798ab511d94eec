package dev.tern.server.boot.process;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What the calling thread had of a core so far, in nanoseconds from an arbitrary origin. */
public final class ThreadTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ThreadTime() {}

    /** Whether this JVM knows. */
    public static boolean isKnown() {
        return THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();
    }

    /** Any thread, of itself. */
    public static long nanos() {
        return THREADS.getCurrentThreadCpuTime();
    }
}
