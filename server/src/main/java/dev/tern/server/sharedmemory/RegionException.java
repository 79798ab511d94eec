package dev.tern.server.sharedmemory;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;

/** What a client wants of a region cannot be; without a stack: it is no defect. */
public final class RegionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    RegionException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    RegionException(Kind kind, String message) {
        this(Failure.of(kind, message));
    }

    static RegionException invalid(String message) {
        return new RegionException(Failure.invalid(message));
    }

    /** What the client reads. */
    public Failure failure() {
        return failure;
    }
}
