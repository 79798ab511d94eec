package dev.tern.server.cache.local;

/** A model wants more of the cache for itself than others leave. */
public final class ShareException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param allowed what it must be */
    ShareException(String allowed) {
        super(allowed);
    }

    /** What the share must be. */
    public String allowed() {
        return String.valueOf(getMessage());
    }
}
