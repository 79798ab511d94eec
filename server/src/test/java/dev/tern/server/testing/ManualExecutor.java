package dev.tern.server.testing;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what it is given until told to run it, in order, on the thread that tells: stands in for the runners, so that a
 * test decides when a turn is taken. A turn may itself call {@link #runAll}, as a second runner would.
 */
public final class ManualExecutor implements Executor {
    private final Queue<Runnable> line = new ArrayDeque<>();

    @Override
    public synchronized void execute(Runnable turn) {
        line.add(turn);
    }

    /** Runs the first in line; false if there was none. */
    public boolean runOne() {
        Runnable first = poll();
        if (first != null) {
            first.run();
        }
        return first != null;
    }

    /** Runs until nothing is left in line. */
    public void runAll() {
        while (runOne()) {}
    }

    /** How many stand in line. */
    public synchronized int waiting() {
        return line.size();
    }

    private synchronized @Nullable Runnable poll() {
        return line.poll();
    }
}
