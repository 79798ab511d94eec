package dev.tern.bench.measure;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of a run that counts: a span of the clock, ended early by a number of requests or by {@link #close}. Times are
 * nanoseconds of the injected clock. Thread-safe.
 */
public final class Window {
    /** Where in the run a request belongs, by the time it was to be sent. */
    public enum Phase {
        WARM_UP,
        MEASURED,
        OVER
    }

    private final long start;
    private final long limit;
    private final Runnable began;
    private final AtomicLong taken = new AtomicLong();
    private volatile long length;

    /**
     * Makes a window.
     *
     * @param start when measuring begins
     * @param length how long it goes on; Long.MAX_VALUE for no end
     * @param limit how many requests are measured at most; Long.MAX_VALUE for any number
     */
    public Window(long start, long length, long limit) {
        this(start, length, limit, () -> {});
    }

    /**
     * Makes a window.
     *
     * @param began run once, by whoever places the first request that is measured
     */
    public Window(long start, long length, long limit, Runnable began) {
        this.began = began;
        this.start = start;
        this.length = length;
        this.limit = limit;
    }

    /** Places a request that is to be sent at this time; one that is measured uses up one of the limit. */
    public Phase admit(long time) {
        long since = time - start;
        if (since >= length) {
            return Phase.OVER;
        }
        if (since < 0) {
            return Phase.WARM_UP;
        }
        if (taken.get() >= limit) {
            return Phase.OVER;
        }
        long place = taken.getAndIncrement();
        if (place == 0) {
            began.run();
        }
        return place < limit ? Phase.MEASURED : Phase.OVER;
    }

    /** Whether no more requests are to be sent. */
    public boolean isOver(long now) {
        return now - start >= length || taken.get() >= limit;
    }

    /** Ends the window at this time, unless it had ended before. */
    public synchronized void close(long now) {
        length = Math.min(length, now - start);
    }

    /** Whether a time lies in the window. */
    public boolean contains(long time) {
        long since = time - start;
        return since >= 0 && since < length;
    }

    /** How many requests are measured. */
    public long taken() {
        return Math.min(taken.get(), limit);
    }

    /** Whether the number of requests, not the clock, ended the window. */
    public boolean isExhausted() {
        return taken.get() >= limit;
    }

    /** When measuring begins. */
    public long start() {
        return start;
    }

    /** How long the window is, in nanoseconds; 0 when it was closed in the warm-up. */
    public long nanos() {
        return Math.max(0, length);
    }
}
