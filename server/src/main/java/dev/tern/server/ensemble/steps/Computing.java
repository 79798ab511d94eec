package dev.tern.server.ensemble.steps;

import dev.tern.server.ensemble.RunObserver;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Tensor;
import java.util.List;

/** Answers requests by a computation, on the thread that brings them. */
public final class Computing implements Predictor {
    private final Computation computation;
    private final boolean batched;
    private final Clock clock;
    private final RunObserver observer;

    /** @param batched whether the first dimension of its inputs counts rows */
    public Computing(Computation computation, boolean batched, Clock clock, RunObserver observer) {
        this.computation = computation;
        this.batched = batched;
        this.clock = clock;
        this.observer = observer;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        long start = clock.nanoTime();
        List<Tensor> outputs;
        try {
            outputs = computation.of(request.inputs());
        } catch (UnfitException e) {
            reply.fail(Failure.invalid(request, String.valueOf(e.getMessage())));
            return;
        }
        int rows = batched ? (int) request.inputs().get(0).shape().dim(0) : 1;
        observer.ran(rows, start, clock.nanoTime());
        reply.succeed(new InferenceResponse(
                request.outputs().isEmpty()
                        ? outputs
                        : request.outputs().stream()
                                .flatMap(name -> outputs.stream()
                                        .filter(output -> output.name().equals(name)))
                                .toList()));
    }
}
