package dev.tern.server.cache.redis;

import dev.tern.server.predict.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends look-ups whose budget is over. All have the same budget, so they are due in the order they came in: one timer task
 * for the first of them that still waits is enough. Any thread.
 */
final class Budgets {
    private final Clock clock;
    private final Queue<LookUp<?, ?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean planned = new AtomicBoolean();

    Budgets(Clock clock) {
        this.clock = clock;
    }

    void add(LookUp<?, ?> lookUp) {
        waiting.add(lookUp);
        plan();
    }

    private void plan() {
        LookUp<?, ?> first = waiting.peek();
        if (first != null && planned.compareAndSet(false, true)) {
            clock.schedule(first.dueNanos(), this::look);
        }
    }

    /** On the timer's thread, as there is never more than one look planned. */
    private void look() {
        try {
            long now = clock.nanoTime();
            for (LookUp<?, ?> first = waiting.peek(); first != null && isDone(first, now); first = waiting.peek()) {
                waiting.remove();
                first.budgetIsOver();
            }
        } finally {
            planned.set(false);
            plan();
        }
    }

    private static boolean isDone(LookUp<?, ?> lookUp, long now) {
        return lookUp.isOver() || lookUp.dueNanos() - now <= 0;
    }
}
