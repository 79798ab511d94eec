package dev.tern.server.admission;

import dev.tern.server.tensor.TensorSpec;
import java.util.List;

/**
 * What a model version takes and gives.
 *
 * @param maxBatchSize rows of one run at the most; 0 for a model without a batch dimension
 * @param maxRows rows a request may have at the most; more than {@code maxBatchSize} where larger ones are split
 * @param inputs in the model's order
 */
public record ModelContract(
        String model, int maxBatchSize, long maxRows, List<InputContract> inputs, List<OutputContract> outputs) {
    public ModelContract {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** A model whose requests go whole. */
    public ModelContract(String model, int maxBatchSize, List<InputContract> inputs, List<OutputContract> outputs) {
        this(model, maxBatchSize, maxBatchSize, inputs, outputs);
    }

    /** Whether a request may have more rows than a run. */
    public boolean splitsLargeRequests() {
        return maxRows > maxBatchSize;
    }

    /** The inputs as callers send them, batch dimension first where there is one. */
    public List<TensorSpec> callersInputs() {
        return inputs.stream()
                .map(input -> new TensorSpec(input.name(), input.type(), input.expected(batched()), input.optional()))
                .toList();
    }

    boolean batched() {
        return maxBatchSize > 0;
    }

    int requiredInputs() {
        int required = 0;
        for (int i = 0; i < inputs.size(); i++) {
            required += inputs.get(i).optional() ? 0 : 1;
        }
        return required;
    }

    /** Where {@code input} stands among the model's inputs; -1 if it is not one. */
    int indexOf(String input) {
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).name().equals(input)) {
                return i;
            }
        }
        return -1;
    }

    boolean hasOutput(String name) {
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).name().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
