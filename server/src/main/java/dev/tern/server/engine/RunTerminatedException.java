package dev.tern.server.engine;

/** A run was ended by {@link Instance#terminate}, not by the model. */
public final class RunTerminatedException extends EngineException {
    private static final long serialVersionUID = 1L;

    public RunTerminatedException(Throwable cause) {
        super("the run was ended before it was done", cause);
    }
}
