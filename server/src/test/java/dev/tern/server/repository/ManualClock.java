package dev.tern.server.repository;

import dev.tern.server.predict.Clock;
import java.util.ArrayList;
import java.util.List;

/** Time that moves only when the test says so; due tasks run on the test's thread. */
final class ManualClock implements Clock {
    private final List<Task> tasks = new ArrayList<>();
    private long now;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void schedule(long atNanos, Runnable task) {
        tasks.add(new Task(atNanos, task));
    }

    int waiting() {
        return tasks.size();
    }

    void advanceTo(long nanos) {
        now = nanos;
        List<Task> due = tasks.stream().filter(each -> each.atNanos <= now).toList();
        tasks.removeAll(due);
        due.forEach(each -> each.action.run());
    }

    private record Task(long atNanos, Runnable action) {}
}
