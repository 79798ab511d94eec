package dev.tern.server.batching;

/** An instance could never run: it needs more of a resource than there is. The message is for the operator. */
public final class UnmetNeedException extends Exception {
    private static final long serialVersionUID = 1L;

    UnmetNeedException(String message) {
        super(message);
    }
}
