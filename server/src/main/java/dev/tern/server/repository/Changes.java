package dev.tern.server.repository;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** One change of a model after the other; those of other models do not wait for it. Owned by the control thread. */
final class Changes {
    /** By model, what waits for the change under way; no entry where none is. */
    private final Map<String, Deque<Runnable>> waiting = new HashMap<>();

    /** Begins {@code change} when those of the model before it are over; it is over when {@link #over} says so. */
    void begin(String model, Runnable change) {
        Deque<Runnable> line = waiting.get(model);
        if (line == null) {
            waiting.put(model, new ArrayDeque<>());
            change.run();
        } else {
            line.add(change);
        }
    }

    /** The model's change is over; the next one begins. */
    void over(String model) {
        Deque<Runnable> line = waiting.get(model);
        Runnable next = line == null ? null : line.poll();
        if (next == null) {
            waiting.remove(model);
        } else {
            next.run();
        }
    }
}
