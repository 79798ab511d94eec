package dev.tern.server.rollout;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;

/** An operator's call about a rollout is refused. */
public final class RolloutException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;
    private final boolean underWay;

    /** @param failure what the operator reads */
    public RolloutException(Failure failure) {
        this(failure, false);
    }

    private RolloutException(Failure failure, boolean underWay) {
        super(failure.message());
        this.failure = failure;
        this.underWay = underWay;
    }

    /** As the model has a rollout under way. */
    static RolloutException underWay(String message) {
        return new RolloutException(Failure.of(Kind.UNAVAILABLE, message), true);
    }

    /** Whether it is refused only as long as the model's rollout is under way. */
    public boolean isUnderWay() {
        return underWay;
    }

    /** What the operator reads. */
    public Failure failure() {
        return failure;
    }
}
