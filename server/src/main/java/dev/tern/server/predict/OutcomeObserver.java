package dev.tern.server.predict;

/** Told what becomes of requests, on the thread that answers, so it must be quick. */
public interface OutcomeObserver {
    /** A request was answered, {@code nanos} after it came. */
    void succeeded(Origin origin, long nanos);

    /** A request failed, {@code nanos} after it came. */
    void failed(Failure.Kind kind, long nanos);
}
