package dev.tern.bench.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * The figures of one policy under one load; times in nanoseconds.
 *
 * @param policy as it was asked for
 * @param level the priority level, 0 for all requests
 * @param load the offered rate over the capacity
 * @param offered requests per second that came
 * @param answered requests per second that were answered
 * @param good requests per second that were answered within deadline and objective
 * @param refused the part of the requests that was refused on arrival
 * @param dropped the part that was dropped from the queue
 * @param batch rows in a run on average
 * @param utilisation the part of the time that instances ran
 * @param waste the part of the work that was padding
 */
public record Result(
        String policy,
        int level,
        double load,
        double offered,
        double answered,
        double good,
        double refused,
        double dropped,
        double mean,
        double p50,
        double p90,
        double p99,
        double p999,
        double batch,
        double utilisation,
        double waste) {
    private static final double P50 = 50;
    private static final double P90 = 90;
    private static final double P99 = 99;
    private static final double P999 = 99.9;

    static Result of(String policy, int level, double load, Counts counts) {
        Counts.Level of = level == 0 ? counts.all() : counts.level(level);
        Histogram latencies = of.latencies;
        double seconds = counts.seconds();
        double came = Math.max(1, of.arrived);
        return new Result(
                policy,
                level,
                load,
                of.arrived / seconds,
                of.answeredInTime / seconds,
                of.goodInTime / seconds,
                of.refused / came,
                of.dropped / came,
                latencies.getTotalCount() == 0 ? 0 : latencies.getMean(),
                latencies.getValueAtPercentile(P50),
                latencies.getValueAtPercentile(P90),
                latencies.getValueAtPercentile(P99),
                latencies.getValueAtPercentile(P999),
                counts.meanBatch(),
                counts.utilisation(),
                counts.waste());
    }

    /** Figure by figure the median of the same policy and load with several seeds. */
    static Result median(List<Result> results) {
        Result first = results.get(0);
        return new Result(
                first.policy,
                first.level,
                first.load,
                median(results, Result::offered),
                median(results, Result::answered),
                median(results, Result::good),
                median(results, Result::refused),
                median(results, Result::dropped),
                median(results, Result::mean),
                median(results, Result::p50),
                median(results, Result::p90),
                median(results, Result::p99),
                median(results, Result::p999),
                median(results, Result::batch),
                median(results, Result::utilisation),
                median(results, Result::waste));
    }

    private static double median(List<Result> results, ToDoubleFunction<Result> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                .average()
                .orElseThrow();
    }
}
