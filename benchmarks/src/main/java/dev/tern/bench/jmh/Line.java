package dev.tern.bench.jmh;

import dev.tern.server.batching.Seat;
import java.util.ArrayDeque;
import java.util.Queue;

/** The runners' line on one thread: turns are taken when the benchmark says so. */
final class Line implements Seat {
    private final Queue<Runnable> turns = new ArrayDeque<>();

    @Override
    public void execute(Runnable turn) {
        turns.add(turn);
    }

    /** Takes turns until none is left. */
    void serve() {
        for (Runnable turn = turns.poll(); turn != null; turn = turns.poll()) {
            turn.run();
        }
    }
}
