package dev.tern.bench.floor;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.measure.Measurement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** How far the slowest answers lie from the usual ones: server and echo by turns, at the same rate, Poisson arrivals. */
final class Tail {
    private static final Goal GOAL = Goal.atMost(1.5);
    private static final Duration LONGEST_SLICE = Duration.ofSeconds(30);
    private static final double P99_9 = 99.9;

    private final String workload;
    private final Duration each;
    private final Histogram echoes = new Histogram(3);
    private final Histogram terns = new Histogram(3);
    private final List<Double> echoSlices = new ArrayList<>();
    private final List<Double> ternSlices = new ArrayList<>();
    private long lost;

    /** Where an open loop is measured. */
    interface Load {
        Measurement open(double rate, int repetition, Duration duration);
    }

    /** @param each how long either is loaded in all, in slices of 30 s or less */
    Tail(String workload, Duration each) {
        this.workload = workload;
        this.each = each;
    }

    /** Every other pair of slices has the server first; both of a pair get the same arrivals. */
    Figure measure(double rate, Load echo, Load tern) {
        Duration done = Duration.ZERO;
        for (int i = 0; done.compareTo(each) < 0; i++) {
            Duration left = each.minus(done);
            Duration slice = left.compareTo(LONGEST_SLICE) < 0 ? left : LONGEST_SLICE;
            boolean echoFirst = i % 2 == 0;
            if (echoFirst) {
                add(echoes, echoSlices, echo.open(rate, i, slice));
            }
            add(terns, ternSlices, tern.open(rate, i, slice));
            if (!echoFirst) {
                add(echoes, echoSlices, echo.open(rate, i, slice));
            }
            done = done.plus(slice);
        }
        return figure(rate);
    }

    private void add(Histogram all, List<Double> ratios, Measurement slice) {
        all.add(slice.latencies());
        ratios.add(ratio(slice.latencies()));
        lost += slice.sent() - slice.answered();
    }

    private Figure figure(double rate) {
        String load = String.format(Locale.ROOT, " at %,.0f requests/s, half of the capacity", rate);
        Series server = one("Tern, p99.9/p50" + load, ratio(terns));
        Series floor = one("echo, p99.9/p50" + load, ratio(echoes));
        return new Figure(
                server.over(workload + ": p99.9/p50" + load + ", over the echo's own", floor),
                GOAL,
                List.of(
                        server,
                        floor,
                        one("Tern, p50 µs" + load, micros(terns, 50)),
                        one("Tern, p99.9 µs" + load, micros(terns, P99_9)),
                        one("echo, p50 µs" + load, micros(echoes, 50)),
                        one("echo, p99.9 µs" + load, micros(echoes, P99_9)),
                        one("requests without an answer" + load, (double) lost),
                        new Series(workload + ": Tern, p99.9/p50 of each slice", ternSlices),
                        new Series(workload + ": echo, p99.9/p50 of each slice", echoSlices)));
    }

    private static double ratio(Histogram latencies) {
        return micros(latencies, P99_9) / micros(latencies, 50);
    }

    private Series one(String name, double value) {
        return new Series(workload + ": " + name, List.of(value));
    }

    private static double micros(Histogram latencies, double percentile) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
