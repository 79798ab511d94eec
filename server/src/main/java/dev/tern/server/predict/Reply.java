package dev.tern.server.predict;

/** Where one request's answer goes. Exactly one of {@link #succeed} and {@link #fail} is called, once. */
public interface Reply {
    /** Hands over the answer together with its one reference: the receiver releases its payloads. */
    void succeed(InferenceResponse response);

    void fail(Failure failure);

    /**
     * The request will fail with this: whoever waits may be told. {@link #fail} still follows, when what the request holds
     * (its bytes, its model) is needed no more. At most once.
     */
    default void failing(Failure failure) {}
}
