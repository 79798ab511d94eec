package dev.tern.server.predict;

/** Time, and the one timer. Injected everywhere, so that a test's schedule is exact. */
public interface Clock {
    /** Nanoseconds on an arbitrary scale, as {@link System#nanoTime}: compare by difference. */
    long nanoTime();

    /** Runs a short {@code task} at or soon after {@code atNanos}, at once if that is past; on the timer's thread. */
    void schedule(long atNanos, Runnable task);
}
