package dev.tern.server.tensor;

/**
 * A payload's bytes, which its owner may take away, cannot be read any more. Owner and request are to blame, nobody else:
 * the message may be shown to the caller.
 */
public final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableException(String message) {
        super(message);
    }

    public UnreadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
