package dev.tern.bench.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.ServerCounts;
import dev.tern.proto.inference.InferBatchStatistics;
import dev.tern.proto.inference.InferStatistics;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsResponse;
import dev.tern.proto.inference.StatisticDuration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    /** Ten requests in three runs: two of one row, one of eight. */
    private static final ModelStatistics VERSION = ModelStatistics.newBuilder()
            .setInferenceCount(10)
            .setExecutionCount(3)
            .setInferenceStats(InferStatistics.newBuilder()
                    .setQueue(duration(10, 5_000_000))
                    // Each request counts its whole run here, so this is no time of runs.
                    .setComputeInfer(duration(10, 99_000_000)))
            .addBatchStats(batch(1, 2, 1_000_000))
            .addBatchStats(batch(8, 1, 4_000_000))
            .build();

    @Test
    void runsAreTakenFromTheBatches() {
        ServerCounts counts = Statistics.counts(
                ModelStatisticsResponse.newBuilder().addModelStats(VERSION).build());
        assertThat(counts.source()).isEqualTo("ModelStatistics");
        assertThat(counts.meanWaitMicros()).isEqualTo(500);
        assertThat(counts.runs()).isEqualTo(3);
        // 10% more than the run itself each, before and after it.
        assertThat(counts.meanRunMicros()).isEqualTo(2_000);
        assertThat(counts.rows()).isEqualTo(10);
        assertThat(counts.runsByRows()).isEqualTo(Map.of(1L, 2L, 8L, 1L));
        assertThat(counts.ranges()).isFalse();
    }

    @Test
    void versionsAreAddedUp() {
        ServerCounts counts = Statistics.counts(ModelStatisticsResponse.newBuilder()
                .addModelStats(VERSION)
                .addModelStats(VERSION)
                .build());
        assertThat(counts.runs()).isEqualTo(6);
        assertThat(counts.runsByRows()).isEqualTo(Map.of(1L, 4L, 8L, 2L));
    }

    private static InferBatchStatistics batch(long rows, long runs, long nanos) {
        return InferBatchStatistics.newBuilder()
                .setBatchSize(rows)
                .setComputeInput(duration(runs, nanos / 10))
                .setComputeInfer(duration(runs, nanos))
                .setComputeOutput(duration(runs, nanos / 10))
                .build();
    }

    private static StatisticDuration duration(long count, long nanos) {
        return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
    }
}
