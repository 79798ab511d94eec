package dev.tern.bench.figures;

import dev.tern.bench.measure.Measurement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one trial gave. Times are NaN where nothing was answered.
 *
 * @param sentPerSecond requests that were to be sent
 * @param perSecond answers
 * @param goodput answers within the deadline, per second
 * @param perCpuSecond answers per second of the server's CPU time; a background load's answers are not in it, its CPU time is
 * @param cpuShare the server's CPU time over the time measured
 * @param meanMillis mean latency
 * @param p99Millis 99th percentile of latency
 * @param generatorLimited whether the load was not the one asked for
 * @param refusals requests without an answer, by gRPC status
 */
public record Reading(
        double sentPerSecond,
        double perSecond,
        double goodput,
        double perCpuSecond,
        double cpuShare,
        double meanMillis,
        double p99Millis,
        boolean generatorLimited,
        Map<String, Long> refusals) {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    public Reading {
        refusals = Map.copyOf(refusals);
    }

    /** What a load gave that cost the server this much CPU time. */
    public static Reading of(Measurement measured, Duration serverCpu) {
        double cpuSeconds = serverCpu.toNanos() / NANOS_PER_SECOND;
        double seconds = measured.nanos() / NANOS_PER_SECOND;
        boolean answered = measured.latencies().getTotalCount() > 0;
        Map<String, Long> refusals = new TreeMap<>();
        measured.errors().forEach((code, error) -> refusals.put(code, error.count()));
        return new Reading(
                measured.sent() / seconds,
                measured.perSecond(),
                measured.goodput(),
                measured.answeredInWindow() / cpuSeconds,
                cpuSeconds / seconds,
                answered ? measured.latencies().getMean() / NANOS_PER_MILLI : Double.NaN,
                answered ? measured.latencies().getValueAtPercentile(99) / NANOS_PER_MILLI : Double.NaN,
                measured.isGeneratorLimited(),
                refusals);
    }
}
