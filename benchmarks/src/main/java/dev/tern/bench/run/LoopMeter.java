package dev.tern.bench.run;

import dev.tern.bench.target.Target;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures how busy the generator's busiest event loop is within the window. Begun and ended by any threads, in this order. */
final class LoopMeter {
    /** In a shorter window a loop may be busy all the time by chance. */
    private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Target target;
    private volatile Reading begin;

    LoopMeter(Target target) {
        this.target = target;
        begin = read();
    }

    void began() {
        begin = read();
    }

    /** The part of the time since {@link #began} in which the busiest loop had something to do; 0 for too short a time. */
    double load() {
        Reading end = read();
        long passed = end.time - begin.time;
        if (passed < SHORTEST_NANOS) {
            return 0;
        }
        long busiest = 0;
        for (int i = 0; i < begin.busy.size(); i++) {
            busiest = Math.max(busiest, end.busy.get(i) - begin.busy.get(i));
        }
        return Math.min(1, (double) busiest / passed);
    }

    private Reading read() {
        return new Reading(System.nanoTime(), target.loopBusyNanos());
    }

    private record Reading(long time, List<Long> busy) {}
}
