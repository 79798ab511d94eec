package dev.tern.server.batching.policy;

/**
 * What the adaptive mode aims at.
 *
 * @param objectiveNanos the latency to hold, from a request's arrival to the end of its run, at the highest throughput;
 *     0 for none: then the least latency
 * @param percentile which percentile of the latencies is meant, above 0, below 100
 */
public record AdaptiveSettings(long objectiveNanos, double percentile) {
    private static final double MOST = 100;

    public AdaptiveSettings {
        if (objectiveNanos < 0) {
            throw new IllegalArgumentException("latency objective: " + objectiveNanos + " ns (expected: >= 0)");
        }
        if (!(percentile > 0 && percentile < MOST)) {
            throw new IllegalArgumentException("latency percentile: " + percentile + " (expected: > 0 and < 100)");
        }
    }

    boolean hasObjective() {
        return objectiveNanos > 0;
    }
}
