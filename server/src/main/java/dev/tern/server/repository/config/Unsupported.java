package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;

/** What Triton has, this version has not, and answers would differ without: refused. */
final class Unsupported {
    private static final String REFUSED = "is not supported by this version of Tern";

    private Unsupported() {}

    static void check(ModelConfig config, Problems problems) {
        problems.errorIf(
                config.hasEnsembleScheduling() && Platform.of(config) != Platform.ENSEMBLE,
                "ensemble_scheduling",
                "is only for models whose platform is " + Platform.ENSEMBLE.spelling());
        problems.errorIf(
                config.hasSequenceBatching() && Platform.of(config) != Platform.ONNX,
                "sequence_batching",
                "is only for ONNX models");
        problems.errorIf(
                config.getModelTransactionPolicy().getDecoupled(),
                "model_transaction_policy.decoupled",
                "must be false for ONNX models");
        problems.errorIf(config.getModelRepositoryAgents().getAgentsCount() > 0, "model_repository_agents", REFUSED);
    }
}
