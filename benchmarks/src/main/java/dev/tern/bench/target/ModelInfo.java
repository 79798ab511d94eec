package dev.tern.bench.target;

import dev.tern.bench.tensor.TensorInfo;
import java.util.List;
import java.util.OptionalInt;

/**
 * A model as the server describes it.
 *
 * @param name the model's name
 * @param platform what runs it, as the server calls it; may be empty
 * @param versions the versions that are ready
 * @param inputs the inputs, with a leading -1 where the model batches
 * @param outputs the outputs
 * @param maxBatchSize from ModelConfig; empty where the server does not implement that call
 */
public record ModelInfo(
        String name,
        String platform,
        List<String> versions,
        List<TensorInfo> inputs,
        List<TensorInfo> outputs,
        OptionalInt maxBatchSize) {
    public ModelInfo {
        versions = List.copyOf(versions);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
