package dev.tern.server.ensemble;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;

/**
 * Answers requests by the models of its steps. A step begins as soon as all that it reads is there, on the thread that
 * brought the last of it; nothing is copied between steps. Any thread.
 */
public final class Ensemble implements Predictor {
    private final Graph graph;
    private final boolean batched;
    private final StepModels models;
    private final Clock clock;
    private final RunObserver observer;

    /** @param batched whether the first dimension of its inputs counts rows */
    public Ensemble(Graph graph, boolean batched, StepModels models, Clock clock, RunObserver observer) {
        this.graph = graph;
        this.batched = batched;
        this.models = models;
        this.clock = clock;
        this.observer = observer;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        long start = clock.nanoTime();
        int rows = batched ? (int) request.inputs().get(0).shape().dim(0) : 1;
        new EnsembleRun(
                        graph,
                        graph.needs(request.outputs()),
                        request,
                        reply,
                        () -> observer.ran(rows, start, clock.nanoTime()))
                .start(models);
    }
}
