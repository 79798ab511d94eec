package dev.tern.server.tracing;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws the requests that are traced, by settings that hold for all models or for one, and has their traces written. Any
 * thread.
 */
public final class Tracing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

    /** What the tensors in traces that are not written yet may have, all together. */
    private static final long MOST_BYTES = 32L << 20;

    /** Traces nothing, and never will. */
    public static final Tracing OFF = new Tracing(TraceSettings.INITIAL, Optional.empty(), task -> {
        throw new IllegalStateException("what has no file needs no thread");
    });

    private final TraceSettings start;
    private final @Nullable TraceFiles files;
    private final Map<String, TraceOverrides> ofModels = new ConcurrentHashMap<>();
    private final Map<String, Sampler> samplers = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong bytesLeft = new AtomicLong(MOST_BYTES);
    private final AtomicLong dropped = new AtomicLong();
    private TraceOverrides ofAll = TraceOverrides.NONE;
    private volatile Sampler general;
    private volatile boolean on;

    /**
     * @param start what holds before anything is said, and again where it is cleared
     * @param file where traces go; empty for nowhere: then nothing is traced
     * @param threads makes the one that writes
     */
    public Tracing(TraceSettings start, Optional<Path> file, ThreadFactory threads) {
        this.start = start;
        this.files = file.isPresent() ? new TraceFiles(file.get(), threads, this::written) : null;
        this.general = new Sampler(start);
        this.on = file.isPresent() && general.isOn();
    }

    /** Whether there is somewhere to write to. */
    public boolean canWrite() {
        return files != null;
    }

    /** Where traces go; empty if nowhere. */
    public String file() {
        return files == null ? "" : files.path().toString();
    }

    /** Traces, or tensors in them, that were dropped as there were too many to be written. */
    public long dropped() {
        return dropped.get();
    }

    /** Whether a request might be traced. One look at a field. */
    public boolean isOn() {
        return on;
    }

    /** The trace of a request that is drawn; null if it is not. Only if {@link #isOn}. */
    public @Nullable Trace begin(String model, long version, String requestId, long startNanos) {
        Sampler sampler = samplers.getOrDefault(model, general);
        return sampler.draws()
                ? new Trace(this, sampler, ids.incrementAndGet(), model, version, requestId, startNanos)
                : null;
    }

    /** What holds for {@code model}; for all that say nothing of their own if it is empty. */
    public TraceSettings settings(String model) {
        return samplers.getOrDefault(model, general).settings();
    }

    /**
     * Changes what is said of {@code model}, or of all if it is empty. Counting begins anew where something changes.
     *
     * @return what holds now
     */
    public synchronized TraceSettings change(String model, UnaryOperator<TraceOverrides> change) {
        if (model.isEmpty()) {
            ofAll = change.apply(ofAll);
            TraceSettings now = ofAll.over(start);
            general = general.settings().equals(now) ? general : new Sampler(now);
            ofModels.forEach(this::begin);
        } else {
            TraceOverrides said = change.apply(ofModels.getOrDefault(model, TraceOverrides.NONE));
            if (said.equals(TraceOverrides.NONE)) {
                ofModels.remove(model);
                samplers.remove(model);
            } else {
                ofModels.put(model, said);
                begin(model, said);
            }
        }
        on = files != null && (general.isOn() || samplers.values().stream().anyMatch(Sampler::isOn));
        return settings(model);
    }

    private void begin(String model, TraceOverrides said) {
        TraceSettings now = said.over(general.settings());
        Sampler before = samplers.get(model);
        if (before == null || !before.settings().equals(now)) {
            samplers.put(model, new Sampler(now));
        }
    }

    boolean take(long bytes) {
        if (bytesLeft.addAndGet(-bytes) >= 0) {
            return true;
        }
        bytesLeft.addAndGet(bytes);
        drop();
        return false;
    }

    void give(long bytes) {
        bytesLeft.addAndGet(bytes);
    }

    void ended(Trace trace) {
        if (files == null || !files.offer(trace)) {
            drop();
            written(trace);
        }
    }

    private void drop() {
        if (dropped.getAndIncrement() == 0) {
            LOG.warn(
                    "Traces are dropped, as more come than can be written; a larger 'trace_rate' traces fewer requests");
        }
    }

    private void written(Trace trace) {
        give(trace.heldBytes());
    }

    /** Writes what has ended, and nothing more. */
    @Override
    public void close() {
        on = false;
        if (files != null) {
            files.close();
        }
        if (dropped.get() > 0) {
            LOG.warn("{} traces, or tensors of them, were dropped", dropped);
        }
    }
}
