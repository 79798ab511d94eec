package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.tensor.Signature;
import dev.tern.server.tensor.TensorSpec;
import java.util.List;

/** What clients see of a model: its configured inputs and outputs. */
public final class WireSignature {
    private WireSignature() {}

    /**
     * The inputs and outputs of a completed configuration, in its order; shapes are those of requests and responses
     * (before any reshape), led by -1 when {@code max_batch_size} is 1 or more.
     */
    public static Signature of(ModelConfig config) {
        boolean batching = config.getMaxBatchSize() > 0;
        return new Signature(
                specs(TensorConfig.inputs(config), batching), specs(TensorConfig.outputs(config), batching));
    }

    private static List<TensorSpec> specs(List<TensorConfig> tensors, boolean batching) {
        return tensors.stream()
                .map(each -> new TensorSpec(
                        each.name(), DataTypes.ofConfig(each.type()), each.wireShape(batching), each.optional()))
                .toList();
    }
}
