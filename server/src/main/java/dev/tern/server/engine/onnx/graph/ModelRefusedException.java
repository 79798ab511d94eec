package dev.tern.server.engine.onnx.graph;

import dev.tern.server.engine.EngineException;

/** A model file that is not served. The message says what is wrong and what would do, for an operator to read. */
public final class ModelRefusedException extends EngineException {
    private static final long serialVersionUID = 1L;

    public ModelRefusedException(String message) {
        super(message);
    }

    public ModelRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
