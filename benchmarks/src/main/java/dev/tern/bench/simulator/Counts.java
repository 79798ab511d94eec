package dev.tern.bench.simulator;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What happened in one simulation. Latencies and parts are of the requests after the warm-up; rates are of the time from
 * the first of those to the last arrival.
 */
final class Counts {
    private static final int DIGITS = 3;

    private final Scenario scenario;
    private final List<Level> levels = new ArrayList<>();
    private final Level all = new Level();
    private long fromNanos = Long.MAX_VALUE;
    private long toNanos = Long.MAX_VALUE;
    private long runs;
    private long rows;
    private long ownUnits;
    private long units;
    private long busyNanos;
    private int finished;

    Counts(Scenario scenario) {
        this.scenario = scenario;
        for (int i = 0; i < scenario.levels(); i++) {
            levels.add(new Level());
        }
    }

    /** The requests of one priority level. */
    static final class Level {
        final Histogram latencies = new Histogram(DIGITS);
        long arrived;
        long refused;
        long dropped;
        long good;
        long answeredInTime;
        long goodInTime;
    }

    Level all() {
        return all;
    }

    Level level(int level) {
        return levels.get(level - 1);
    }

    void arrived(Request request, long now) {
        if (request.number() == scenario.warmUp()) {
            fromNanos = now;
        }
        if (request.number() == scenario.requests() - 1) {
            toNanos = now;
        }
        if (counts(request)) {
            all.arrived++;
            level(request.level()).arrived++;
        }
    }

    private boolean counts(Request request) {
        return request.number() >= scenario.warmUp();
    }

    void refused(Request request) {
        finished++;
        if (counts(request)) {
            all.refused++;
            level(request.level()).refused++;
        }
    }

    void dropped(Request request) {
        finished++;
        if (counts(request)) {
            all.dropped++;
            level(request.level()).dropped++;
        }
    }

    void answered(Request request, long now) {
        finished++;
        long latency = now - request.enqueuedNanos();
        boolean good = now <= request.deadlineNanos()
                && (scenario.objectiveNanos() == 0 || latency <= scenario.objectiveNanos());
        boolean inTime = now >= fromNanos && now <= toNanos;
        answered(all, request, latency, good, inTime);
        answered(level(request.level()), request, latency, good, inTime);
    }

    private void answered(Level level, Request request, long latency, boolean good, boolean inTime) {
        if (counts(request)) {
            level.latencies.recordValue(latency);
            level.good += good ? 1 : 0;
        }
        level.answeredInTime += inTime ? 1 : 0;
        level.goodInTime += inTime && good ? 1 : 0;
    }

    /** A run of {@code newRows} begins; its requests alone would be {@code own} units of work. */
    void ran(int newRows, long own, long newUnits, long now, long nanos) {
        if (now >= fromNanos && now <= toNanos) {
            runs++;
            rows += newRows;
            ownUnits += own;
            units += newUnits;
            busyNanos += Math.min(nanos, toNanos - now);
        }
    }

    double seconds() {
        return (toNanos - fromNanos) / 1e9;
    }

    double meanBatch() {
        return runs == 0 ? 0 : (double) rows / runs;
    }

    double utilisation() {
        return busyNanos / (double) (toNanos - fromNanos) / scenario.instances();
    }

    /** The part of the work that was padding. */
    double waste() {
        return units == 0 ? 0 : 1 - (double) ownUnits / units;
    }

    /** A simulator that loses a request shows nothing. */
    void check() {
        if (finished != scenario.requests()) {
            throw new IllegalStateException(
                    finished + " requests were answered, refused or dropped (expected: " + scenario.requests() + ")");
        }
    }
}
