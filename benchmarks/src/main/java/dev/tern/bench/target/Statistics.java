package dev.tern.bench.target;

import dev.tern.bench.measure.ServerCounts;
import dev.tern.proto.inference.InferBatchStatistics;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.proto.inference.StatisticDuration;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * ModelStatistics in our terms. Its inference statistics count a run once for each request in it, its batch statistics
 * once: times of runs are taken from the latter.
 */
final class Statistics {
    private static final String SOURCE = "ModelStatistics";
    private static final double NANOS = 1e9;

    private long waits;
    private long waitNanos;
    private long runs;
    private long runNanos;
    private long rows;
    private final NavigableMap<Long, Long> runsByRows = new TreeMap<>();

    private Statistics() {}

    /** Of all versions that were asked for, together. */
    static ServerCounts counts(ModelStatisticsResponse answer) {
        Statistics all = new Statistics();
        answer.getModelStatsList().forEach(all::add);
        return new ServerCounts(
                SOURCE,
                all.waits,
                all.waitNanos / NANOS,
                all.runs,
                all.runNanos / NANOS,
                (double) all.rows,
                all.runsByRows,
                false);
    }

    private void add(ModelStatistics model) {
        StatisticDuration queue = model.getInferenceStats().getQueue();
        waits += queue.getCount();
        waitNanos += queue.getNs();
        runs += model.getExecutionCount();
        rows += model.getInferenceCount();
        model.getBatchStatsList().forEach(this::add);
    }

    private void add(InferBatchStatistics batch) {
        runNanos += batch.getComputeInput().getNs()
                + batch.getComputeInfer().getNs()
                + batch.getComputeOutput().getNs();
        runsByRows.merge(batch.getBatchSize(), batch.getComputeInfer().getCount(), Long::sum);
    }
}
