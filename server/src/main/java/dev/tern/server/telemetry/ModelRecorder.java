package dev.tern.server.telemetry;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Records what happens to one model version. Any thread may call; nothing blocks or allocates. Recording after the
 * close is allowed, for what is still on its way, and lost.
 */
public final class ModelRecorder implements AutoCloseable {
    private final ModelMeters meters;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    ModelRecorder(ModelMeters meters, Runnable onClose) {
        this.meters = meters;
        this.onClose = onClose;
    }

    /** Whether the version takes requests. */
    public void ready(boolean ready) {
        meters.ready(ready);
    }

    /** A request was answered, {@code nanos} after it came. */
    public void succeeded(long nanos) {
        meters.succeeded.increment();
        meters.requestDuration.record(nanos, NANOSECONDS);
    }

    /** A request was refused or failed; {@code kind} is of the type the telemetry was made with. */
    public void failed(Enum<?> kind) {
        requireNonNull(meters.failed.get(kind), kind.name()).increment();
    }

    /** A request left the queue for an instance after {@code nanos}. */
    public void queued(long nanos) {
        meters.queueDuration.record(nanos, NANOSECONDS);
    }

    /** A request was not let into the queue; {@code reason} is of the type the telemetry was made with. */
    public void refused(Enum<?> reason) {
        requireNonNull(meters.refused.get(reason), reason.name()).increment();
    }

    /** A request left the queue without a run; {@code reason} is of the type the telemetry was made with. */
    public void dropped(Enum<?> reason) {
        requireNonNull(meters.dropped.get(reason), reason.name()).increment();
    }

    /** The model ran {@code rows} rows at once, for {@code nanos}. */
    public void executed(int rows, long nanos) {
        meters.executionsSucceeded.increment();
        meters.executionDuration.record(nanos, NANOSECONDS);
        meters.batchSize.record(rows);
    }

    /** A run was put together from inputs with {@code real} elements, filled up with {@code padding} more. */
    public void joined(long real, long padding) {
        meters.realElements.increment((double) real);
        meters.paddingElements.increment((double) padding);
    }

    /** A run of the model failed. */
    public void executionFailed() {
        meters.executionsFailed.increment();
    }

    /** A run of the model was ended because nobody waited for it any more. */
    public void executionTerminated() {
        meters.executionsTerminated.increment();
    }

    /** A run of the model did not end when told to, and its runner was replaced. */
    public void runnerReplaced() {
        meters.runnersReplaced.increment();
    }

    /** Removes the meters, unless the same version has been opened again; further calls do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
