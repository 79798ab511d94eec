package dev.tern.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The figures of a latency distribution that both reports show. */
final class Latencies {
    private static final double NANOS_PER_MICRO = 1e3;

    private Latencies() {}

    /** From a histogram of nanoseconds to microseconds, by name, in the order to show. */
    static Map<String, Double> micros(Histogram nanos) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("mean", nanos.getMean() / NANOS_PER_MICRO);
        figures.put("p50", nanos.getValueAtPercentile(50) / NANOS_PER_MICRO);
        figures.put("p90", nanos.getValueAtPercentile(90) / NANOS_PER_MICRO);
        figures.put("p95", nanos.getValueAtPercentile(95) / NANOS_PER_MICRO);
        figures.put("p99", nanos.getValueAtPercentile(99) / NANOS_PER_MICRO);
        figures.put("p99_9", nanos.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
        figures.put("max", nanos.getMaxValue() / NANOS_PER_MICRO);
        return figures;
    }
}
