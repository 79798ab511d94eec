package dev.tern.server.telemetry;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.concurrent.atomic.AtomicBoolean;

/** Records what becomes of the copies that one model version gets. Any thread may call; nothing blocks. */
public final class ShadowRecorder implements AutoCloseable {
    private final ShadowMeters meters;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    ShadowRecorder(ShadowMeters meters, Runnable onClose) {
        this.meters = meters;
        this.onClose = onClose;
    }

    /** A copy came to {@code outcome}, of the type that the recorder was made with. */
    public void ended(Enum<?> outcome) {
        requireNonNull(meters.copies.get(outcome), outcome.name()).increment();
    }

    /** How an answer to a copy compares with the caller's; the correlation is NaN where there is none. */
    public void compared(double meanAbsolute, double maxAbsolute, double rankCorrelation) {
        meters.meanAbsolute.record(meanAbsolute);
        meters.maxAbsolute.record(maxAbsolute);
        if (!Double.isNaN(rankCorrelation)) {
            meters.correlations.add(rankCorrelation);
            meters.correlated.increment();
            // Never negative, so that sums can be rated; rounding may take a correlation beyond 1.
            meters.rankDistance.record(Math.max(0, 1 - rankCorrelation));
        }
    }

    /** How long the caller's answer took, and the other one. */
    public void took(long primaryNanos, long candidateNanos) {
        meters.primaryDuration.record(primaryNanos, NANOSECONDS);
        meters.duration.record(candidateNanos, NANOSECONDS);
    }

    /** Removes the meters, unless the same version has been opened again; further calls do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
