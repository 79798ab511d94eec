package dev.tern.server.splitting;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.tensor.JoinedPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the answers of a request's parts together, output by output, along the first dimension.
 *
 * <p>The bytes stay where they are, so that they are copied once, by whoever writes the whole answer into its buffer.
 */
final class AnswerJoin {
    private final String model;
    private final List<InferenceResponse> answers = new ArrayList<>();
    private long rows;
    private @Nullable Failure problem;

    AnswerJoin(String model) {
        this.model = model;
    }

    /** Adds the answer to the next {@code partRows} rows; the caller keeps its reference until {@link #joined}. */
    void add(long partRows, InferenceResponse answer) {
        List<Tensor> expected =
                answers.isEmpty() ? answer.outputs() : answers.get(0).outputs();
        for (int i = 0; i < answer.outputs().size() && problem == null; i++) {
            check(expected.get(i), answer.outputs().get(i), partRows);
        }
        answers.add(answer);
        rows += partRows;
    }

    private void check(Tensor expected, Tensor output, long partRows) {
        if (output.shape().rank() == 0 || output.shape().dim(0) != partRows) {
            problem = unjoinable("output '" + output.name() + "' has shape " + output.shape() + " for " + partRows
                    + " rows: it has no batch dimension");
        } else if (!output.shape().sameRow(expected.shape())) {
            problem = unjoinable("rows of output '" + output.name() + "' have shape "
                    + expected.shape().row() + " in one part and "
                    + output.shape().row() + " in another");
        }
    }

    private Failure unjoinable(String reason) {
        return Failure.of(
                Kind.INTERNAL,
                "the parts of a request with more than max_batch_size rows for model '" + model + "' cannot be joined: "
                        + reason);
    }

    /** Why the answers cannot be joined; null if they can. */
    @Nullable
    Failure problem() {
        return problem;
    }

    /** The whole answer; takes over the references of those added. */
    InferenceResponse joined() {
        List<Tensor> first = answers.get(0).outputs();
        List<Tensor> outputs = new ArrayList<>(first.size());
        for (int i = 0; i < first.size(); i++) {
            Tensor output = first.get(i);
            outputs.add(new Tensor(
                    output.name(), output.type(), output.shape().row().rows(rows), JoinedPayload.of(payloads(i))));
        }
        return new InferenceResponse(outputs);
    }

    private List<Payload> payloads(int output) {
        List<Payload> payloads = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            payloads.add(answers.get(i).outputs().get(output).data());
        }
        return payloads;
    }
}
