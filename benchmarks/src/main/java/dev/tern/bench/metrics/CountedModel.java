package dev.tern.bench.metrics;

import dev.tern.bench.measure.ServerCounts;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Finds one model's counts on a page, by the names that Tern and Triton give them. */
final class CountedModel {
    private static final String SOURCE = "/metrics";
    private static final String TERN = "tern_inference_";
    private static final String TRITON = "nv_inference_";
    private static final double MICROS = 1e6;

    private final MetricsPage page;
    private final Map<String, String> labels;

    private CountedModel(MetricsPage page, Map<String, String> labels) {
        this.page = page;
        this.labels = labels;
    }

    /**
     * Empty where the page does not tell of the model.
     *
     * @param version empty for all of them together
     */
    static Optional<ServerCounts> on(MetricsPage page, String model, String version) {
        CountedModel counted = new CountedModel(
                page, version.isEmpty() ? Map.of("model", model) : Map.of("model", model, "version", version));
        if (counted.has(TERN + "execution_duration_seconds_count")) {
            return Optional.of(counted.byTern());
        }
        return counted.has(TRITON + "exec_count") ? Optional.of(counted.byTriton()) : Optional.empty();
    }

    private ServerCounts byTern() {
        return new ServerCounts(
                SOURCE,
                count(TERN + "queue_duration_seconds_count"),
                sum(TERN + "queue_duration_seconds_sum"),
                count(TERN + "execution_duration_seconds_count"),
                sum(TERN + "execution_duration_seconds_sum"),
                sum(TERN + "batch_size_sum"),
                runsByRows(TERN + "batch_size_bucket"),
                true);
    }

    /** Triton's compute durations are those of runs, each counted once for each request in it: no time of a run. */
    private ServerCounts byTriton() {
        return new ServerCounts(
                SOURCE,
                count(TRITON + "request_success"),
                sum(TRITON + "queue_duration_us") / MICROS,
                count(TRITON + "exec_count"),
                Double.NaN,
                sum(TRITON + "count"),
                new TreeMap<>(),
                false);
    }

    private boolean has(String name) {
        return page.samples(name, labels).findAny().isPresent();
    }

    private double sum(String name) {
        return page.sum(name, labels);
    }

    private long count(String name) {
        return (long) sum(name);
    }

    /** From counts of at most so many rows to counts of ranges. */
    private NavigableMap<Long, Long> runsByRows(String name) {
        NavigableMap<Double, Double> atMost = new TreeMap<>();
        page.samples(name, labels)
                .forEach(each -> atMost.merge(bound(each.labels().getOrDefault("le", "")), each.value(), Double::sum));
        NavigableMap<Long, Long> ranges = new TreeMap<>();
        double before = 0;
        for (Map.Entry<Double, Double> each : atMost.entrySet()) {
            double end = each.getKey();
            ranges.put(Double.isInfinite(end) ? Long.MAX_VALUE : (long) end, (long) (each.getValue() - before));
            before = each.getValue();
        }
        return ranges;
    }

    private static double bound(String le) {
        try {
            return le.startsWith("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
        } catch (NumberFormatException e) {
            return Double.POSITIVE_INFINITY;
        }
    }
}
