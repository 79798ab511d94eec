package dev.tern.bench.verify;

/** A request that was sent alone, to learn its right answer, was not answered. */
public final class ReferenceException extends RuntimeException {
    ReferenceException(String message) {
        super(message);
    }
}
