package dev.tern.server.sharedmemory;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;

/** What a client wants of a region cannot be; without a stack: it is no defect. */
public final class RegionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    RegionException(Kind kind, String message) {
        super(message, null, false, false);
        this.failure = Failure.of(kind, message);
    }

    /** What the client reads. */
    public Failure failure() {
        return failure;
    }
}
