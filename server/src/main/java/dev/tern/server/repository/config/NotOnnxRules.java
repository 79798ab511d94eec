package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInput;

/** What only ONNX models have: refused, or without effect, for those that have no file. */
final class NotOnnxRules {
    private static final String ONLY_ONNX = "is only for models with an ONNX file";

    private NotOnnxRules() {}

    static void check(ModelConfig config, Problems problems) {
        problems.errorIf(config.getInstanceGroupCount() > 0, "instance_group", ONLY_ONNX);
        problems.errorIf(config.getModelWarmupCount() > 0, "model_warmup", ONLY_ONNX);
        problems.errorIf(config.getBatchInputCount() > 0, "batch_input", ONLY_ONNX);
        problems.errorIf(config.getBatchOutputCount() > 0, "batch_output", ONLY_ONNX);
        problems.errorIf(config.hasModelOperations(), "model_operations", ONLY_ONNX);
        problems.errorIf(config.hasOptimization(), "optimization", ONLY_ONNX);
        problems.errorIf(
                config.getInputList().stream().anyMatch(ModelInput::getAllowRaggedBatch),
                "input.allow_ragged_batch",
                ONLY_ONNX);
        if (config.hasDynamicBatching()) {
            problems.warning("dynamic_batching", "has no effect: requests do not wait for each other here");
        }
        if (config.getResponseCache().getEnable()) {
            problems.warning(
                    "response_cache",
                    Platform.of(config) == Platform.ENSEMBLE
                            ? "has no effect on ensembles: the steps' models have one each"
                            : "has no effect: the answer is computed each time");
        }
        config.getParametersMap().keySet().stream()
                .filter(key -> key.startsWith(ParameterKeys.BATCHING_PREFIX))
                .filter(key -> !key.equals(ParameterKeys.SPLIT_LARGE_REQUESTS))
                .sorted()
                .forEach(key -> problems.errorIf(true, "parameters[" + key + "]", ONLY_ONNX));
        config.getParametersMap().keySet().stream()
                .filter(key ->
                        key.startsWith(ParameterKeys.DRIFT_PREFIX) || key.startsWith(ParameterKeys.ORT_SESSION_PREFIX))
                .sorted()
                .forEach(key -> problems.warning("parameters[" + key + "]", "has no effect: it " + ONLY_ONNX));
    }
}
