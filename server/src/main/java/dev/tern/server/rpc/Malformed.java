package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;

/** A request that cannot be decoded, or answered as it asks; without a stack: it is no defect. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final Kind countedAs;

    Malformed(Failure failure) {
        this(failure, failure.kind());
    }

    /** @param countedAs whose fault it is, where the code that the caller reads says something else */
    Malformed(Failure failure, Kind countedAs) {
        super(failure.message(), null, false, false);
        this.failure = failure;
        this.countedAs = countedAs;
    }

    static Malformed invalid(String message) {
        return new Malformed(Failure.invalid(message));
    }

    Failure failure() {
        return failure;
    }

    Kind countedAs() {
        return countedAs;
    }
}
