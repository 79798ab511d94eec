package dev.tern.server.testing;

import java.util.ArrayList;
import java.util.List;

/** What several threads do at a time, for a model checker to choose the order of. */
public final class Race {
    private Race() {}

    /** Runs each of {@code actions} on a thread of its own; returns when all have ended. */
    public static void together(Runnable... actions) {
        List<Thread> threads = new ArrayList<>();
        for (Runnable action : actions) {
            Thread thread = new Thread(action);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Fails the order that is tried unless {@code held}; does little that could itself be interleaved. */
    public static void require(boolean held, String what) {
        if (!held) {
            throw new AssertionError(what);
        }
    }
}
