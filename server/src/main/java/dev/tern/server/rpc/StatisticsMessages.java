package dev.tern.server.rpc;

import dev.tern.proto.inference.InferBatchStatistics;
import dev.tern.proto.inference.InferStatistics;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.StatisticDuration;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.predict.ServingStatistics.Runs;
import dev.tern.server.predict.ServingStatistics.Times;

/**
 * Words what a version has done. Response statistics and memory are left empty, as Triton leaves them for models of ONNX
 * Runtime.
 */
final class StatisticsMessages {
    private StatisticsMessages() {}

    static ModelStatistics of(String model, long version, ServingStatistics statistics) {
        ModelStatistics.Builder message = ModelStatistics.newBuilder()
                .setName(model)
                .setVersion(Long.toString(version))
                .setLastInference(statistics.lastRunMillis())
                .setInferenceCount(statistics.inferences())
                .setExecutionCount(statistics.executions())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(times(statistics.succeeded()))
                        .setFail(times(statistics.failed()))
                        .setQueue(times(statistics.queued()))
                        .setComputeInput(times(statistics.input()))
                        .setComputeInfer(times(statistics.infer()))
                        .setComputeOutput(times(statistics.output()))
                        .setCacheHit(times(statistics.cacheHits()))
                        .setCacheMiss(times(statistics.cacheMisses())));
        statistics.runs().forEach(runs -> message.addBatchStats(batch(runs)));
        return message.build();
    }

    private static InferBatchStatistics batch(Runs runs) {
        return InferBatchStatistics.newBuilder()
                .setBatchSize(runs.rows())
                .setComputeInput(duration(runs.count(), runs.inputNanos()))
                .setComputeInfer(duration(runs.count(), runs.inferNanos()))
                .setComputeOutput(duration(runs.count(), runs.outputNanos()))
                .build();
    }

    private static StatisticDuration times(Times times) {
        return duration(times.count(), times.nanos());
    }

    private static StatisticDuration duration(long count, long nanos) {
        return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
    }
}
