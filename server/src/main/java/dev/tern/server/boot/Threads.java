package dev.tern.server.boot;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the server's threads, named by role. They never keep the process alive: the main thread does. */
final class Threads {
    private Threads() {}

    static ThreadFactory named(String role) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, role + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
