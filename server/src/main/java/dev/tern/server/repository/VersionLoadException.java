package dev.tern.server.repository;

/** A version cannot be served. The message is the reason that operators and clients read: without paths. */
public final class VersionLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    public VersionLoadException(String reason) {
        super(reason);
    }

    public VersionLoadException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** The message, never null. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
