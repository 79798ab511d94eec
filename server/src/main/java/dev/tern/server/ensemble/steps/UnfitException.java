package dev.tern.server.ensemble.steps;

/** A request's inputs do not fit each other. The message is what its caller reads. */
public final class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitException(String problem) {
        super(problem);
    }
}
