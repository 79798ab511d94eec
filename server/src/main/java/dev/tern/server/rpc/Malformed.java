package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;

/** A request that cannot be decoded; without a stack: it is no defect. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    Malformed(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    static Malformed invalid(String message) {
        return new Malformed(Failure.invalid(message));
    }

    Failure failure() {
        return failure;
    }
}
