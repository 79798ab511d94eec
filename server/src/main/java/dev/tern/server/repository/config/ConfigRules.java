package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;

/** All that can be said about a configuration without looking into the model. */
final class ConfigRules {
    private ConfigRules() {}

    /**
     * Checks every rule.
     *
     * @param complete whether nothing will be filled in any more: until then a {@code max_batch_size} of 0 says nothing
     */
    static void check(ModelConfig config, String model, boolean complete, Problems problems) {
        boolean batchSizeKnown =
                complete || config.getMaxBatchSize() > 0 || (config.getInputCount() > 0 && config.getOutputCount() > 0);
        IdentityRules.check(config, model, problems);
        TensorRules.check(config, batchSizeKnown, problems);
        BatchingRules.check(config, batchSizeKnown, problems);
        ParameterRules.check(config, problems);
        switch (Platform.of(config)) {
            case ONNX -> checkOnnx(config, model, complete, batchSizeKnown, problems);
            case ENSEMBLE -> {
                NotOnnxRules.check(config, problems);
                EnsembleRules.check(config, model, problems);
            }
            case TOP_K -> {
                NotOnnxRules.check(config, problems);
                BuiltInRules.checkTopK(config, problems);
            }
            case HASH -> {
                NotOnnxRules.check(config, problems);
                BuiltInRules.checkHash(config, problems);
            }
        }
        Unsupported.check(config, problems);
        IgnoredFields.warn(config, problems);
    }

    private static void checkOnnx(
            ModelConfig config, String model, boolean complete, boolean batchSizeKnown, Problems problems) {
        InstanceRules.check(config, model, problems);
        OptimizationRules.check(config, problems);
        PaddingRules.check(config, complete, problems);
        RaggedRules.check(config, problems);
        SequenceRules.check(config, batchSizeKnown, problems);
        WarmupRules.check(config, batchSizeKnown, problems);
        OperatorLibraryNames.check(config, problems);
    }
}
