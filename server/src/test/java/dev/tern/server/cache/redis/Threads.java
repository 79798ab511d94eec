package dev.tern.server.cache.redis;

import java.util.concurrent.ThreadFactory;

/** Threads that do not keep the tests alive. */
final class Threads {
    private Threads() {}

    static ThreadFactory named(String role) {
        return task -> {
            Thread thread = new Thread(task, role);
            thread.setDaemon(true);
            return thread;
        };
    }
}
