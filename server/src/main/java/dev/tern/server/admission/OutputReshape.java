package dev.tern.server.admission;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

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
        next.predict(request, new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                reply.succeed(reshaped(response));
            }

            @Override
            public void fail(Failure failure) {
                reply.fail(failure);
            }
        });
    }

    private InferenceResponse reshaped(InferenceResponse response) {
        List<Tensor> outputs = new ArrayList<>(response.outputs().size());
        for (Tensor output : response.outputs()) {
            outputs.add(reshaped(output));
        }
        return new InferenceResponse(outputs);
    }

    private Tensor reshaped(Tensor output) {
        for (OutputContract each : contract.outputs()) {
            Shape given = each.reshape();
            if (given != null && each.name().equals(output.name())) {
                Shape row = contract.batched() ? output.shape().row() : output.shape();
                Shape dims = each.dims().withVariable(given.variableValues(row));
                Shape shape = contract.batched() ? dims.rows(output.shape().dim(0)) : dims;
                return new Tensor(output.name(), output.type(), shape, output.data());
            }
        }
        return output;
    }
}
