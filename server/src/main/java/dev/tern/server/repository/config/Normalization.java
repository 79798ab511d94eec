package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInstanceGroup;
import dev.tern.proto.inference.ModelOptimizationPolicy;
import dev.tern.proto.inference.ModelSequenceBatching;
import dev.tern.proto.inference.ModelVersionPolicy;

/** Writes the defaults into a checked configuration, so that ModelConfig shows what is in force. */
final class Normalization {
    /** Instances of a group that gives no count, as Triton has it for ONNX models on the CPU. */
    static final int CPU_INSTANCES = 2;

    /** As Triton has it. */
    private static final long SEQUENCE_IDLE_MICROSECONDS = 1_000_000;

    private static final String MODEL_FILE = "model.onnx";

    private Normalization() {}

    static ModelConfig normalize(ModelConfig checked, String model) {
        ModelConfig.Builder config = checked.toBuilder()
                .setName(model)
                // What stands in a file is explicit, even where it was once copied from an answer of ours.
                .removeParameters(ParameterKeys.AUTO_COMPLETED);
        versionPolicy(config);
        if (Platform.of(checked) == Platform.ONNX) {
            onnx(config);
        }
        return config.build();
    }

    /** A model that does not say what it is has an ONNX file: the files need not be looked at to tell. */
    private static void onnx(ModelConfig.Builder config) {
        config.setBackend(IdentityRules.BACKEND).setPlatform(IdentityRules.PLATFORM);
        if (config.getDefaultModelFilename().isEmpty()) {
            config.setDefaultModelFilename(MODEL_FILE);
        }
        preferredBatchSize(config);
        sequences(config);
        pinnedMemory(config.getOptimizationBuilder());
        instanceGroups(config);
    }

    /** With dynamic batching and no preferred size, the largest batch is the preferred one. */
    static void preferredBatchSize(ModelConfig.Builder config) {
        if (config.hasDynamicBatching()
                && config.getMaxBatchSize() > 0
                && config.getDynamicBatching().getPreferredBatchSizeCount() == 0) {
            config.getDynamicBatchingBuilder().addPreferredBatchSize(config.getMaxBatchSize());
        }
    }

    private static void sequences(ModelConfig.Builder config) {
        if (!config.hasSequenceBatching()) {
            return;
        }
        ModelSequenceBatching.Builder sequences = config.getSequenceBatchingBuilder();
        if (sequences.getMaxSequenceIdleMicroseconds() == 0) {
            sequences.setMaxSequenceIdleMicroseconds(SEQUENCE_IDLE_MICROSECONDS);
        }
        if (sequences.getStrategyChoiceCase() == ModelSequenceBatching.StrategyChoiceCase.STRATEGYCHOICE_NOT_SET) {
            sequences.setDirect(ModelSequenceBatching.StrategyDirect.getDefaultInstance());
        }
    }

    private static void versionPolicy(ModelConfig.Builder config) {
        ModelVersionPolicy policy = config.getVersionPolicy();
        boolean none = policy.getPolicyChoiceCase() == ModelVersionPolicy.PolicyChoiceCase.POLICYCHOICE_NOT_SET;
        if (none || (policy.hasLatest() && policy.getLatest().getNumVersions() == 0)) {
            config.getVersionPolicyBuilder().getLatestBuilder().setNumVersions(1);
        }
    }

    private static void pinnedMemory(ModelOptimizationPolicy.Builder optimization) {
        if (!optimization.hasInputPinnedMemory()) {
            optimization.getInputPinnedMemoryBuilder().setEnable(true);
        }
        if (!optimization.hasOutputPinnedMemory()) {
            optimization.getOutputPinnedMemoryBuilder().setEnable(true);
        }
    }

    private static void instanceGroups(ModelConfig.Builder config) {
        if (config.getInstanceGroupCount() == 0) {
            config.addInstanceGroupBuilder().setName(config.getName());
        }
        for (int i = 0; i < config.getInstanceGroupCount(); i++) {
            ModelInstanceGroup.Builder group = config.getInstanceGroupBuilder(i);
            if (group.getName().isEmpty()) {
                group.setName(config.getName() + "_" + i);
            }
            if (group.getCount() == 0) {
                group.setCount(CPU_INSTANCES);
            }
            group.setKind(ModelInstanceGroup.Kind.KIND_CPU).clearGpus();
        }
    }
}
