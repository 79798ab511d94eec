package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;

/** What Triton has and this version has not: refused where answers would differ, else a warning. */
final class Unsupported {
    private static final String REFUSED = "is not supported by this version of Tern";
    private static final String NO_EFFECT = "has no effect in this version of Tern";

    private Unsupported() {}

    static void check(ModelConfig config, Problems problems) {
        problems.errorIf(config.hasEnsembleScheduling(), "ensemble_scheduling", REFUSED);
        problems.errorIf(config.hasSequenceBatching(), "sequence_batching", REFUSED);
        problems.errorIf(
                config.getModelTransactionPolicy().getDecoupled(),
                "model_transaction_policy.decoupled",
                "must be false for ONNX models");
        problems.errorIf(
                config.getModelOperations().getOpLibraryFilenameCount() > 0,
                "model_operations.op_library_filename",
                REFUSED);
        problems.errorIf(config.getModelRepositoryAgents().getAgentsCount() > 0, "model_repository_agents", REFUSED);
        warn(config, problems);
    }

    private static void warn(ModelConfig config, Problems problems) {
        if (config.getModelMetrics().getMetricControlCount() > 0) {
            problems.warning("model_metrics", NO_EFFECT);
        }
    }
}
