package dev.tern.bench.target;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How long a thread had something to do. On Linux that is more than its CPU time: a thread that waits for a core, which
 * other programs have or the JVM's own compilers, is as much at its limit as one that runs.
 *
 * @param schedule the system's account of it, whose second number is the nanoseconds it waited for a core (proc(5))
 */
record LoopThread(long id, Optional<Path> schedule) {
    private static final ThreadMXBean METER = ManagementFactory.getThreadMXBean();

    /** The calling thread. */
    static LoopThread current() {
        return new LoopThread(Thread.currentThread().getId(), account());
    }

    private static Optional<Path> account() {
        try {
            return Optional.of(Path.of("/proc/thread-self").toRealPath().resolve("schedstat"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Nanoseconds so far; those that nothing can tell are left out. Any thread may ask. */
    long busyNanos() {
        long ran = METER.isThreadCpuTimeSupported() ? Math.max(0, METER.getThreadCpuTime(id)) : 0;
        return ran + schedule.map(LoopThread::waited).orElse(0L);
    }

    private static long waited(Path schedule) {
        try {
            return Long.parseLong(Files.readString(schedule).split(" ", -1)[1]);
        } catch (IOException e) {
            return 0;
        }
    }
}
