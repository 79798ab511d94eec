package dev.tern.server.admission;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives outputs the shape the configuration promises where the model itself gives another of the same size. */
public final class OutputReshape implements Predictor {
    private final ModelContract contract;
    private final Predictor next;

    public OutputReshape(ModelContract contract, Predictor next) {
        this.contract = contract;
        this.next = next;
    }

    /** Whether {@code contract} has an output for this stage to reshape. */
    public static boolean isNeeded(ModelContract contract) {
        return contract.outputs().stream().anyMatch(output -> output.reshape() != null);
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        next.predict(request, new ForwardingReply(reply) {
            @Override
            public void succeed(InferenceResponse response) {
                answer(response, to());
            }
        });
    }

    private void answer(InferenceResponse response, Reply reply) {
        List<Tensor> outputs = new ArrayList<>(response.outputs().size());
        for (Tensor output : response.outputs()) {
            OutputContract promised = reshapedOutput(output.name());
            Shape shape = promised == null ? output.shape() : promised(promised, output.shape());
            if (shape == null) {
                response.release();
                reply.fail(Failure.of(
                        Kind.INTERNAL,
                        "model '" + contract.model() + "' gave output '" + output.name() + "' the shape "
                                + output.shape() + ", which its configured reshape does not allow"));
                return;
            }
            outputs.add(new Tensor(output.name(), output.type(), shape, output.data()));
        }
        reply.succeed(new InferenceResponse(outputs));
    }

    private @Nullable OutputContract reshapedOutput(String name) {
        for (OutputContract each : contract.outputs()) {
            if (each.reshape() != null && each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** The shape callers are promised for what the model gave; null if the model gave another than configured. */
    private @Nullable Shape promised(OutputContract output, Shape given) {
        Shape expected = Objects.requireNonNull(output.reshape());
        if (contract.batched() && given.rank() == 0) {
            return null;
        }
        Shape row = contract.batched() ? given.row() : given;
        if (!expected.accepts(row)) {
            return null;
        }
        Shape dims = output.dims().withVariable(expected.variableValues(row));
        return contract.batched() ? dims.rows(given.dim(0)) : dims;
    }
}
