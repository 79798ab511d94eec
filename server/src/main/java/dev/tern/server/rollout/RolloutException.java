package dev.tern.server.rollout;

import dev.tern.server.predict.Failure;

/** An operator's call about a rollout is refused. */
public final class RolloutException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    /** @param failure what the operator reads */
    public RolloutException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    /** What the operator reads. */
    public Failure failure() {
        return failure;
    }
}
