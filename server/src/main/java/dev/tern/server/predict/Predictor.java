package dev.tern.server.predict;

/** Answers inference requests; a stage of the pipeline. */
public interface Predictor {
    /**
     * Answers {@code request} through {@code reply}, now or later, on this thread or another, exactly once.
     *
     * <p>The request's payloads are valid until the reply is called. Never blocks.
     */
    void predict(InferenceRequest request, Reply reply);
}
