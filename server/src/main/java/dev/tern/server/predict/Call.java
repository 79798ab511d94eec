package dev.tern.server.predict;

import org.jspecify.annotations.Nullable;

/** The caller of a request: how long it waits and whether it still does. Any thread may ask. */
public interface Call {
    /** The deadline of a caller who set none. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** When the caller gives up, on {@link Clock#nanoTime}'s scale; {@link #NO_DEADLINE} for never. */
    long deadlineNanos();

    /** Whether the caller has gone: nothing should be computed for it any more. */
    boolean isDone();

    /**
     * Runs {@code action} when the caller goes, at once if it has gone; on the thread that notices, so it must be short.
     * It may never run: whoever holds something for this call must not rely on it alone.
     */
    void onDone(Runnable action);

    /** Who is to be told of the request's way; null for most. */
    default @Nullable RequestTrace trace() {
        return null;
    }

    /** The deadline has passed while the model ran, for {@code ranNanos} by then. On the thread that notices. */
    default void lateInRun(long ranNanos) {}
}
