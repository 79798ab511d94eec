package dev.tern.server.engine;

/** A model could not be loaded or run. The message is the model runtime's own and goes to the log. */
public class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
