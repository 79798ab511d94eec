package dev.tern.server.cache.redis;

/** A value is not an answer. Carries no stack: it tells what Redis holds, not where this program went wrong. */
final class UndecodableException extends Exception {
    private final Rubbish reason;

    UndecodableException(Rubbish reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    Rubbish reason() {
        return reason;
    }
}
