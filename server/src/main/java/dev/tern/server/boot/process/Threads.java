package dev.tern.server.boot.process;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Makes the server's threads, named by role. They never keep the process alive: the main thread does. */
public final class Threads {
    private Threads() {}

    /** Makes daemon threads {@code role-1}, {@code role-2} and so on. */
    public static ThreadFactory named(String role) {
        return named(role, Thread::new);
    }

    /** For event loops: Netty finds its caches faster on threads of its own kind, and keeps more in them. */
    public static ThreadFactory ofNetty(String role) {
        return named(role, FastThreadLocalThread::new);
    }

    private static ThreadFactory named(String role, BiFunction<Runnable, String, Thread> maker) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = maker.apply(task, role + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
