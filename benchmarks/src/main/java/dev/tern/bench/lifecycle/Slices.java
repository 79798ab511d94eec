package dev.tern.bench.lifecycle;

import dev.tern.bench.figures.Series;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.verify.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** One variant, measured slice by slice. */
final class Slices {
    private static final double NANOS_PER_MILLI = 1e6;

    private final String name;
    private final Histogram all = new Histogram(3);
    private final List<Double> p99s = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private long sent;
    private long lost;
    private long wrong;
    private long checked;

    /** @param name for the table */
    Slices(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void add(RunResult slice) {
        all.add(slice.measurement().latencies());
        p99s.add(slice.measurement().latencies().getValueAtPercentile(99) / NANOS_PER_MILLI);
        sent += slice.measurement().sent();
        lost += slice.measurement().sent() - slice.measurement().answered();
        wrong += slice.verdict().map(Verdict::mismatched).orElse(0L);
        slice.verdict()
                .ifPresent(
                        each -> each.versions().forEach((version, count) -> versions.merge(version, count, Long::sum)));
        checked += slice.verdict().map(Verdict::checked).orElse(0L);
    }

    /** Of all slices' requests together. */
    double percentileMillis(double percentile) {
        return all.getTotalCount() == 0 ? Double.NaN : all.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    long lost() {
        return lost;
    }

    long wrong() {
        return wrong;
    }

    /** Answers of the version that gave fewer than any other; 0 where versions are not told apart. */
    long fewest() {
        return versions.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    long checked() {
        return checked;
    }

    /** What to show of it. */
    List<Series> parts() {
        return List.of(
                one("p50 of all, ms", percentileMillis(50)),
                one("p99 of all, ms", percentileMillis(99)),
                one("p99.9 of all, ms", percentileMillis(99.9)),
                new Series(name + ": p99 of each slice, ms", p99s),
                one("requests", (double) sent),
                one("without an answer", (double) lost));
    }

    private Series one(String quantity, double value) {
        return new Series(name + ": " + quantity, List.of(value));
    }
}
