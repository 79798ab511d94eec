package dev.tern.server.telemetry;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

/** Records what the response cache does for one model version. Any thread may call; nothing blocks. */
public final class CacheRecorder implements AutoCloseable {
    private final CacheMeters meters;
    private final Runnable onClose;

    CacheRecorder(CacheMeters meters, Runnable onClose) {
        this.meters = meters;
        this.onClose = onClose;
    }

    /** An answer was found in this process's memory. */
    public void hit(long nanos) {
        meters.hits.increment();
        meters.hitDuration.record(nanos, NANOSECONDS);
    }

    /** None was found there. */
    public void missed(long nanos) {
        meters.misses.increment();
        meters.missDuration.record(nanos, NANOSECONDS);
    }

    /** An answer was kept. */
    public void kept(long nanos) {
        meters.insertDuration.record(nanos, NANOSECONDS);
    }

    /** An answer was too large to be kept. */
    public void tooLarge() {
        meters.tooLarge.increment();
    }

    /** The different rows of a request, by where they came from, and those that were like another of it. */
    public void rows(int near, int far, int computed, int repeated) {
        meters.nearRows.increment(near);
        meters.farRows.increment(far);
        meters.computedRows.increment(computed);
        meters.repeatedRows.increment(repeated);
    }

    /** A request was answered by the run of an equal one. */
    public void coalesced() {
        meters.coalesced.increment();
    }

    /** A request wanted the model's own answer, which was not kept. */
    public void bypassed() {
        meters.bypassed.increment();
    }

    /** A request wanted its answer made anew. */
    public void refreshed() {
        meters.refreshed.increment();
    }

    /** A request was not looked up, as hardly any is found. */
    public void spared() {
        meters.spared.increment();
    }

    /** Removes the meters, unless the same version has been opened again; called once. */
    @Override
    public void close() {
        onClose.run();
    }
}
