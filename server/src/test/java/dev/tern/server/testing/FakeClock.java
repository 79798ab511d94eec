package dev.tern.server.testing;

import dev.tern.server.predict.Clock;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that moves only when told. What is due runs on the thread that moves it, in order of due time, at exactly that
 * time; of tasks due together the one scheduled first runs first. Any thread may ask and schedule; one moves.
 */
public final class FakeClock implements Clock {
    /** Below zero, as the real scale may be: whoever compares by sign instead of by difference is found out. */
    private static final long START_NANOS = -3_000_000_000L;

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private long nowNanos = START_NANOS;
    private long scheduled;

    private record Task(long atNanos, long number, Runnable action) {}

    @Override
    public synchronized long nanoTime() {
        return nowNanos;
    }

    /** Never runs {@code task} at once: a task that is due already runs when time is next moved, by 0 too. */
    @Override
    public synchronized void schedule(long atNanos, Runnable task) {
        tasks.add(new Task(atNanos, scheduled++, task));
    }

    /** Moves time on by {@code nanos}, stopping at each task on the way, new ones included, to run it. */
    public void advance(long nanos) {
        long target = nanoTime() + nanos;
        for (Task task = nextUntil(target); task != null; task = nextUntil(target)) {
            task.action().run();
        }
        skipTo(target);
    }

    /** Moves time on by {@code nanos} without running what falls due, as when the timer is late. */
    public void skip(long nanos) {
        skipTo(nanoTime() + nanos);
    }

    /** Tasks that have not run. */
    public synchronized int scheduled() {
        return tasks.size();
    }

    private synchronized @Nullable Task nextUntil(long target) {
        Task next = tasks.peek();
        if (next == null || next.atNanos() > target) {
            return null;
        }
        nowNanos = Math.max(nowNanos, next.atNanos());
        return tasks.poll();
    }

    private synchronized void skipTo(long target) {
        nowNanos = target;
    }
}
