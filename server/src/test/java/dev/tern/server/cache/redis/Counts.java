package dev.tern.server.cache.redis;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what it is told. */
final class Counts implements L2Observer {
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    @Override
    public void lookedUp(LookUp outcome, int keys) {
        add(outcome.name(), keys);
    }

    @Override
    public void answered(long nanos, long bytes) {
        add("bytes in", bytes);
        add("nanos", nanos);
    }

    @Override
    public void late() {
        add("late", 1);
    }

    @Override
    public void rubbish(Rubbish reason) {
        add("rubbish " + reason, 1);
    }

    @Override
    public void wrote(Write outcome, long bytes) {
        add("write " + outcome, 1);
        add("bytes " + outcome, bytes);
    }

    private void add(String name, long amount) {
        counts.computeIfAbsent(name, it -> new AtomicLong()).addAndGet(amount);
    }

    /** How much there was of something; 0 if nothing. */
    long of(String name) {
        AtomicLong count = counts.get(name);
        return count == null ? 0 : count.get();
    }

    long of(LookUp outcome) {
        return of(outcome.name());
    }

    long of(Write outcome) {
        return of("write " + outcome);
    }

    /** Keys that were asked for. */
    long lookUps() {
        long sum = 0;
        for (LookUp outcome : LookUp.values()) {
            sum += of(outcome);
        }
        return sum;
    }

    @Override
    public String toString() {
        return new TreeMap<>(counts).toString();
    }
}
