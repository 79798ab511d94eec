package dev.tern.server.admission;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
    private final boolean reshapes;

    public Validation(ModelContract contract, Predictor next) {
        this.contract = contract;
        this.next = next;
        this.reshapes = contract.inputs().stream().anyMatch(input -> input.reshape() != null);
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

    /** In Triton's order, so that a request with several faults is told of the same one. */
    private InferenceRequest check(InferenceRequest request) throws Invalid {
        boolean asExpected = isAsExpected(request.inputs());
        List<@Nullable Tensor> ordered = asExpected ? same(request.inputs()) : Arrays.asList(order(request));
        checkOutputs(request.outputs());
        checkInputs(request, ordered);
        checkRows(ordered);
        for (int i = 0; i < ordered.size(); i++) {
            Tensor input = ordered.get(i);
            if (input != null) {
                InputContract expected = contract.inputs().get(i);
                checkType(expected, input);
                checkShape(expected, input);
                TensorData.check(contract.model(), input);
            }
        }
        return asExpected && !reshapes ? request : request.withInputs(reshaped(ordered));
    }

    /** Whether the model's inputs are all there, in its order: then nothing has to be put in order. */
    private boolean isAsExpected(List<Tensor> inputs) {
        boolean same = inputs.size() == contract.inputs().size();
        for (int i = 0; same && i < inputs.size(); i++) {
            same = inputs.get(i).name().equals(contract.inputs().get(i).name());
        }
        return same;
    }

    private static List<@Nullable Tensor> same(List<Tensor> inputs) {
        return Collections.unmodifiableList(inputs);
    }

    /** The request's inputs where the model expects them, without those it does not. */
    private @Nullable Tensor[] order(InferenceRequest request) throws Invalid {
        @Nullable Tensor[] ordered = new Tensor[contract.inputs().size()];
        for (int i = 0; i < request.inputs().size(); i++) {
            Tensor input = request.inputs().get(i);
            int at = contract.indexOf(input.name());
            if (at >= 0 && ordered[at] != null) {
                throw Invalid.withId("input '" + input.name() + "' already exists in request");
            }
            if (at >= 0) {
                ordered[at] = input;
            }
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

    private void checkInputs(InferenceRequest request, List<@Nullable Tensor> ordered) throws Invalid {
        int count = request.inputs().size();
        if (count > contract.inputs().size() || count < contract.requiredInputs()) {
            throw Invalid.withId(MissingInputs.describe(contract, request.inputs()));
        }
        for (int i = 0; i < count; i++) {
            String name = request.inputs().get(i).name();
            if (contract.indexOf(name) < 0) {
                throw Invalid.withoutId(
                        "unexpected inference input '" + name + "' for model '" + contract.model() + "'");
            }
        }
        for (int i = 0; i < ordered.size(); i++) {
            if (ordered.get(i) == null && !contract.inputs().get(i).optional()) {
                throw Invalid.withId(MissingInputs.describe(contract, request.inputs()));
            }
        }
    }

    private void checkRows(List<@Nullable Tensor> ordered) throws Invalid {
        if (!contract.batched()) {
            return;
        }
        long rows = -1;
        for (int i = 0; i < ordered.size(); i++) {
            Tensor input = ordered.get(i);
            if (input != null) {
                long own = rows(input);
                if (rows >= 0 && own != rows) {
                    throw Invalid.withId("input '" + input.name() + "' batch size does not match other inputs for '"
                            + contract.model() + "'");
                }
                rows = own;
            }
        }
        if (rows > contract.maxRows()) {
            throw Invalid.withId("inference request batch-size must be <= " + contract.maxRows() + " for '"
                    + contract.model() + "'");
        }
    }

    private long rows(Tensor input) throws Invalid {
        if (input.shape().rank() == 0) {
            throw Invalid.withId("input '" + input.name() + "' has no shape but model requires batch dimension for '"
                    + contract.model() + "'");
        }
        checkDimension(input, input.shape().dim(0));
        return input.shape().dim(0);
    }

    private void checkType(InputContract expected, Tensor input) throws Invalid {
        if (input.type() != expected.type()) {
            throw Invalid.withId("inference input '" + input.name() + "' data-type is '" + input.type()
                    + "', but model '" + contract.model() + "' expects '" + expected.type() + "'");
        }
    }

    private void checkShape(InputContract expected, Tensor input) throws Invalid {
        Shape shape = input.shape();
        for (int axis = 0; axis < shape.rank(); axis++) {
            checkDimension(input, shape.dim(axis));
        }
        if (!(contract.batched()
                ? expected.dims().acceptsRow(shape)
                : expected.dims().accepts(shape))) {
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
            throw Invalid.withoutId(
                    "tensor '" + input.name() + "' contains an invalid dimension in shape " + input.shape());
        }
    }

    private List<Tensor> reshaped(List<@Nullable Tensor> ordered) {
        List<Tensor> inputs = new ArrayList<>(ordered.size());
        for (int i = 0; i < ordered.size(); i++) {
            Tensor input = ordered.get(i);
            if (input != null) {
                inputs.add(reshaped(contract.inputs().get(i), input));
            }
        }
        return inputs;
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
