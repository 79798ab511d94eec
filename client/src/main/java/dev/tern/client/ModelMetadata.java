package dev.tern.client;

import static java.util.stream.Collectors.toUnmodifiableList;

import dev.tern.proto.inference.ModelMetadataResponse;
import java.util.List;

/** A model's versions, inputs and outputs. */
public final class ModelMetadata {
    private final String name;
    private final List<String> versions;
    private final String platform;
    private final List<TensorMetadata> inputs;
    private final List<TensorMetadata> outputs;

    ModelMetadata(ModelMetadataResponse message) {
        this.name = message.getName();
        this.versions = List.copyOf(message.getVersionsList());
        this.platform = message.getPlatform();
        this.inputs = tensors(message.getInputsList());
        this.outputs = tensors(message.getOutputsList());
    }

    /** The model's name. */
    public String name() {
        return name;
    }

    /** The versions that are ready, or the one that was asked for. */
    public List<String> versions() {
        return versions;
    }

    /** What runs the model, such as {@code onnxruntime_onnx}. */
    public String platform() {
        return platform;
    }

    /** The inputs, in the model's order. */
    public List<TensorMetadata> inputs() {
        return inputs;
    }

    /** The outputs, in the model's order. */
    public List<TensorMetadata> outputs() {
        return outputs;
    }

    @Override
    public String toString() {
        return "ModelMetadata[" + name + " " + versions + ", " + platform + ", " + inputs + " -> " + outputs + "]";
    }

    private static List<TensorMetadata> tensors(List<ModelMetadataResponse.TensorMetadata> messages) {
        return messages.stream().map(TensorMetadata::new).collect(toUnmodifiableList());
    }
}
