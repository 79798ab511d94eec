package dev.tern.server.repository;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Runs tasks on the test's thread, when the test says so. */
final class ManualExecutor implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean closed;

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("closed");
        }
        tasks.add(task);
    }

    /** Runs the oldest task. */
    void runNext() {
        tasks.remove().run();
    }

    /** Runs tasks, and those they add, until there is none. */
    void runAll() {
        while (!tasks.isEmpty()) {
            runNext();
        }
    }

    int waiting() {
        return tasks.size();
    }

    void close() {
        closed = true;
    }
}
