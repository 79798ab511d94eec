package dev.tern.server.repository;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Hands tasks to threads that may have ended. */
final class Tasks {
    private Tasks() {}

    /** False if {@code executor} takes no more. */
    static boolean submit(Executor executor, Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
