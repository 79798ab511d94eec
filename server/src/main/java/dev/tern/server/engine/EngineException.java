package dev.tern.server.engine;

/** A model could not be loaded or run. The message may be shown to callers; the cause is for the log. */
public class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message, never null. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
