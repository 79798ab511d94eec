package dev.tern.server.engine;

/** An item's input could not be read any more, by its owner's doing; the model is not to blame. */
public final class UnreadableInputException extends EngineException {
    private static final long serialVersionUID = 1L;

    public UnreadableInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
