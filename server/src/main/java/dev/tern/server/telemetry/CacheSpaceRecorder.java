package dev.tern.server.telemetry;

import static java.util.Objects.requireNonNull;

/** Records what is kept of one model. Any thread may call; nothing blocks. */
public final class CacheSpaceRecorder implements AutoCloseable {
    private final CacheSpaceMeters meters;
    private final Runnable onClose;

    CacheSpaceRecorder(CacheSpaceMeters meters, Runnable onClose) {
        this.meters = meters;
        this.onClose = onClose;
    }

    /** So many more answers are kept, or fewer. */
    public void changed(int entries, long bytes) {
        meters.entries.add(entries);
        meters.bytes.add(bytes);
    }

    /** An answer is kept no more; {@code cause} is of the type the telemetry was made with. */
    public void evicted(Enum<?> cause) {
        requireNonNull(meters.evictions.get(cause), cause.name()).increment();
    }

    /** Removes the meters, unless the model has been opened again; called once. */
    @Override
    public void close() {
        onClose.run();
    }
}
