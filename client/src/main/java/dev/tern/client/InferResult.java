package dev.tern.client;

import dev.tern.proto.inference.ModelInferResponse;
import java.util.Map;

/** The answer to one inference. Immutable. */
public final class InferResult {
    private final ModelInferResponse message;
    private final Map<String, Tensor> outputs;
    private final Map<String, Object> parameters;

    private InferResult(ModelInferResponse message) {
        this.message = message;
        this.outputs = Outputs.of(message);
        this.parameters = Parameters.values(message.getParametersMap());
    }

    /** Throws {@link InferException} when the answer breaks the protocol. */
    static InferResult of(ModelInferResponse message) {
        return new InferResult(message);
    }

    /** The model that answered. */
    public String modelName() {
        return message.getModelName();
    }

    /** The version that ran, such as {@code 3}. */
    public String modelVersion() {
        return message.getModelVersion();
    }

    /** The request's id; empty when it had none. */
    public String id() {
        return message.getId();
    }

    /** What the server adds to its answer: Boolean, Long (a uint64 as its bits), Double and String values. */
    public Map<String, Object> parameters() {
        return parameters;
    }

    /** The outputs by name, in the server's order; unmodifiable. */
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    /**
     * The output {@code name}.
     *
     * @throws IllegalArgumentException when the answer has no such output; the message lists those it has
     */
    public Tensor output(String name) {
        Tensor output = outputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException("no output '" + name + "' in the answer of model '" + modelName()
                    + "' (expected: one of " + outputs.keySet() + ")");
        }
        return output;
    }

    @Override
    public String toString() {
        return "InferResult[" + modelName() + " version " + modelVersion() + ", " + outputs + "]";
    }
}
