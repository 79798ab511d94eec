package dev.tern.server.ensemble;

import dev.tern.server.predict.InferenceRequest;

/** Where the models of steps are. Any thread. */
public interface StepModels {
    /**
     * What answers a step of {@code request}. Where nothing does, what it gives fails every request.
     *
     * @param version -1 for the newest
     */
    StepModel acquire(InferenceRequest request, String model, long version);
}
