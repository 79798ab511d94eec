package dev.tern.server.predict;

/** Where one request's answer goes. Exactly one of the two methods is called, once. */
public interface Reply {
    /** Hands over the answer together with its one reference: the receiver releases its payloads. */
    void succeed(InferenceResponse response);

    void fail(Failure failure);
}
