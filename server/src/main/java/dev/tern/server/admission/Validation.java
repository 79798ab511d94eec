package dev.tern.server.admission;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes on requests that fit the model's signature, their inputs put into the model's order; answers the others with
 * Triton's codes and wording.
 */
public final class Validation implements Predictor {
    private static final String BATCH_NOTE =
            "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to"
                    + " each input shape. If you want to specify the full shape including the batch dim in your input"
                    + " dims config, try setting max_batch_size to zero. See the model configuration docs for more info"
                    + " on max_batch_size.";

    private final ModelContract contract;
    private final Predictor next;

    public Validation(ModelContract contract, Predictor next) {
        this.contract = contract;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        InferenceRequest valid;
        try {
            valid = check(request);
        } catch (Invalid e) {
            reply.fail(e.namesRequest() ? Failure.invalid(request, e.text()) : Failure.invalid(e.text()));
            return;
        }
        next.predict(valid, reply);
    }

    private InferenceRequest check(InferenceRequest request) throws Invalid {
        @Nullable Tensor[] ordered = order(request);
        checkOutputs(request.outputs());
        checkComplete(request, ordered);
        List<Tensor> inputs = new ArrayList<>(ordered.length);
        long rows = -1;
        for (int i = 0; i < ordered.length; i++) {
            Tensor input = ordered[i];
            if (input != null) {
                InputContract expected = contract.inputs().get(i);
                checkShape(expected, input);
                rows = checkRows(input, rows);
                TensorData.check(contract.model(), input);
                inputs.add(reshaped(expected, input));
            }
        }
        if (rows > contract.maxBatchSize()) {
            throw Invalid.withId("inference request batch-size must be <= " + contract.maxBatchSize() + " for '"
                    + contract.model() + "'");
        }
        return request.withInputs(inputs);
    }

    /** The request's inputs where the model expects them. */
    private @Nullable Tensor[] order(InferenceRequest request) throws Invalid {
        @Nullable Tensor[] ordered = new Tensor[contract.inputs().size()];
        String unknown = null;
        for (int i = 0; i < request.inputs().size(); i++) {
            Tensor input = request.inputs().get(i);
            int at = contract.indexOf(input.name());
            if (at >= 0 && ordered[at] != null) {
                throw Invalid.withId("input '" + input.name() + "' already exists in request");
            }
            if (at >= 0) {
                ordered[at] = input;
            } else {
                unknown = input.name();
            }
        }
        int count = request.inputs().size();
        if (count > contract.inputs().size() || count < contract.requiredInputs()) {
            throw Invalid.withId(MissingInputs.describe(contract, request.inputs()));
        }
        if (unknown != null) {
            throw Invalid.withoutId(
                    "unexpected inference input '" + unknown + "' for model '" + contract.model() + "'");
        }
        return ordered;
    }

    private void checkOutputs(List<String> names) throws Invalid {
        Set<String> seen = names.size() > 1 ? new HashSet<>() : Set.of();
        for (int i = 0; i < names.size(); i++) {
            if (!contract.hasOutput(names.get(i))) {
                throw Invalid.withoutId(
                        "unexpected inference output '" + names.get(i) + "' for model '" + contract.model() + "'");
            }
            if (names.size() > 1 && !seen.add(names.get(i))) {
                throw Invalid.withId("output '" + names.get(i) + "' already exists in request");
            }
        }
    }

    private void checkComplete(InferenceRequest request, @Nullable Tensor[] ordered) throws Invalid {
        for (int i = 0; i < ordered.length; i++) {
            if (ordered[i] == null && !contract.inputs().get(i).optional()) {
                throw Invalid.withId(MissingInputs.describe(contract, request.inputs()));
            }
        }
    }

    private void checkShape(InputContract expected, Tensor input) throws Invalid {
        if (input.type() != expected.type()) {
            throw Invalid.withId("inference input '" + input.name() + "' data-type is '" + input.type()
                    + "', but model '" + contract.model() + "' expects '" + expected.type() + "'");
        }
        Shape shape = input.shape();
        for (int axis = 0; axis < shape.rank(); axis++) {
            checkDimension(input, shape.dim(axis));
        }
        if (contract.batched() && shape.rank() == 0) {
            throw Invalid.withId("input '" + input.name() + "' has no shape but model requires batch dimension for '"
                    + contract.model() + "'");
        }
        boolean fits = contract.batched()
                ? shape.rank() == expected.dims().rank() + 1 && expected.dims().accepts(shape.row())
                : expected.dims().accepts(shape);
        if (!fits) {
            throw Invalid.withId("unexpected shape for input '" + input.name() + "' for model '" + contract.model()
                    + "'. Expected " + expected.expected(contract.batched()) + ", got " + shape + ". "
                    + (contract.batched() ? BATCH_NOTE : ""));
        }
    }

    private void checkDimension(Tensor input, long dim) throws Invalid {
        if (dim == Shape.VARIABLE) {
            throw Invalid.withId("All input dimensions should be specified for input '" + input.name() + "' for model '"
                    + contract.model() + "', got " + input.shape());
        }
        if (dim < 0) {
            throw Invalid.withId(
                    "tensor '" + input.name() + "' contains an invalid dimension in shape " + input.shape());
        }
    }

    private long checkRows(Tensor input, long rows) throws Invalid {
        if (!contract.batched()) {
            return rows;
        }
        long own = input.shape().dim(0);
        if (rows >= 0 && own != rows) {
            throw Invalid.withId("input '" + input.name() + "' batch size does not match other inputs for '"
                    + contract.model() + "'");
        }
        return own;
    }

    private Tensor reshaped(InputContract expected, Tensor input) {
        Shape reshape = expected.reshape();
        if (reshape == null) {
            return input;
        }
        long[] variable = expected.dims()
                .variableValues(contract.batched() ? input.shape().row() : input.shape());
        Shape row = reshape.withVariable(variable);
        Shape shape = contract.batched() ? row.rows(input.shape().dim(0)) : row;
        return new Tensor(input.name(), input.type(), shape, input.data());
    }
}
