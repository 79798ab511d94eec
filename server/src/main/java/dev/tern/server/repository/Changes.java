package dev.tern.server.repository;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** One change of a model after the other; those of other models do not wait for it. Owned by the control thread. */
final class Changes {
    /** Of a model that has a change under way. */
    private static final class Line {
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        /** Whether no change is under way: the next one may begin. */
        private boolean free = true;
        /** Whether changes are being begun further up this stack: however many are over at once, it gets no deeper. */
        private boolean beginning;
    }

    private final Map<String, Line> lines = new HashMap<>();

    /** Begins {@code change} when those of the model before it are over; it is over when {@link #over} says so. */
    void begin(String model, Runnable change) {
        Line line = lines.computeIfAbsent(model, name -> new Line());
        line.waiting.add(change);
        proceed(model, line);
    }

    /** The model's change is over; the next one begins. */
    void over(String model) {
        Line line = lines.get(model);
        if (line != null) {
            line.free = true;
            proceed(model, line);
        }
    }

    private void proceed(String model, Line line) {
        if (line.beginning) {
            return;
        }
        line.beginning = true;
        try {
            while (line.free && !line.waiting.isEmpty()) {
                line.free = false;
                line.waiting.remove().run();
            }
        } finally {
            line.beginning = false;
        }
        if (line.free) {
            lines.remove(model);
        }
    }
}
