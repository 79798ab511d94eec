package dev.tern.server.predict;

import java.util.List;

/**
 * What a version has done since it was loaded, as Triton counts it.
 *
 * @param lastRunMillis when its last run ended, in milliseconds since 1970; 0 if it was never run
 * @param inferences rows that the model computed
 * @param succeeded requests that were answered
 * @param failed requests that were not, those left out that are refused for what they say
 * @param queued as many as were answered, and what those that ran had waited for it
 * @param input the answered ones that ran, and the time that gathering their runs' inputs took, for each of them
 * @param infer the same of the model's own time
 * @param output the same of taking the outputs
 * @param cacheHits requests that were answered without a run of their own
 * @param cacheMisses requests that were answered by a run although there is a cache, whether they were looked up or
 *     spared that; the time of all look-ups in memory that found nothing, and of keeping
 * @param runs successful runs by their rows, the fewest first
 */
public record ServingStatistics(
        long lastRunMillis,
        long inferences,
        Times succeeded,
        Times failed,
        Times queued,
        Times input,
        Times infer,
        Times output,
        Times cacheHits,
        Times cacheMisses,
        List<Runs> runs) {
    public ServingStatistics {
        runs = List.copyOf(runs);
    }

    /** Of a version that has done nothing. */
    public static ServingStatistics none() {
        return new ServingStatistics(
                0,
                0,
                Times.NONE,
                Times.NONE,
                Times.NONE,
                Times.NONE,
                Times.NONE,
                Times.NONE,
                Times.NONE,
                Times.NONE,
                List.of());
    }

    /** Successful runs. */
    public long executions() {
        return runs.stream().mapToLong(Runs::count).sum();
    }

    /** How often, and how long together. */
    public record Times(long count, long nanos) {
        static final Times NONE = new Times(0, 0);
    }

    /** Runs of {@code rows} rows, and what their parts took together. */
    public record Runs(int rows, long count, long inputNanos, long inferNanos, long outputNanos) {}
}
