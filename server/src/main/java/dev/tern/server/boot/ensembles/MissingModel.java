package dev.tern.server.boot.ensembles;

import dev.tern.server.ensemble.StepModel;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;

/** In place of a step's model that is not there. */
record MissingModel(Failure failure) implements StepModel {
    @Override
    public int rank(String input) {
        return -1;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        reply.fail(failure);
    }

    @Override
    public StepModel again() {
        return this;
    }

    @Override
    public void release() {}
}
