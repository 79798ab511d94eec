package dev.tern.server.engine;

import dev.tern.server.tensor.UnreadableException;

/** An item's input could not be read any more, by its owner's doing; the model is not to blame. */
public final class UnreadableInputException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final int item;

    /** @param item its place in the batch */
    public UnreadableInputException(int item, UnreadableException cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.item = item;
    }

    /** The item's place in the batch, from 0 on. */
    public int item() {
        return item;
    }
}
