package dev.tern.server.tracing;

import dev.tern.server.predict.RequestTrace;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.UnreadableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The trace of one request. Any thread; {@link #end} is called once, when all else was told or will not be.
 *
 * <p>Times are on {@link dev.tern.server.predict.Clock#nanoTime}'s scale.
 */
public final class Trace implements RequestTrace {
    /** A request whose rows are run apart may have many. */
    private static final int MOST_RUNS = 64;

    private final Tracing tracing;
    private final Sampler sampler;
    private final long id;
    private final String model;
    private final long version;
    private final String requestId;
    private final long startNanos;
    private final List<Run> runs = new ArrayList<>(1);
    private final List<Seen> tensors = new ArrayList<>(2);
    private long heldBytes;
    private long endNanos;

    Trace(Tracing tracing, Sampler sampler, long id, String model, long version, String requestId, long startNanos) {
        this.tracing = tracing;
        this.sampler = sampler;
        this.id = id;
        this.model = model;
        this.version = version;
        this.requestId = requestId;
        this.startNanos = startNanos;
    }

    /** One run of the request or of a part of it. */
    record Run(long queuedNanos, RunTimes times) {}

    /** A tensor as it came or went; its bytes are copies on the heap. */
    record Seen(boolean isInput, Tensor tensor) {}

    @Override
    public synchronized void ran(long queuedNanos, RunTimes times) {
        if (runs.size() < MOST_RUNS) {
            runs.add(new Run(queuedNanos, times));
        }
    }

    /** The request has these inputs. */
    public void inputs(List<Tensor> inputs) {
        see(true, inputs);
    }

    /** The model has answered with these outputs. */
    public void outputs(List<Tensor> outputs) {
        see(false, outputs);
    }

    private void see(boolean isInput, List<Tensor> seen) {
        if (!has(TraceLevel.TENSORS)) {
            return;
        }
        for (Tensor each : seen) {
            long size = each.data().size();
            if (tracing.take(size)) {
                add(isInput, each, size);
            }
        }
    }

    private void add(boolean isInput, Tensor seen, long size) {
        boolean added = false;
        try {
            byte[] copy = new byte[Math.toIntExact(size)];
            seen.data().copyTo(0, ByteBuffer.wrap(copy));
            synchronized (this) {
                heldBytes += size;
                tensors.add(
                        new Seen(isInput, new Tensor(seen.name(), seen.type(), seen.shape(), HeapPayload.wrap(copy))));
            }
            added = true;
        } catch (UnreadableException e) {
            // Its owner has taken it away: the request fails of it, the trace goes on without.
        } finally {
            if (!added) {
                tracing.give(size);
            }
        }
    }

    /** The request is over: the trace is written, in a while. */
    public void end(long nanos) {
        synchronized (this) {
            endNanos = nanos;
        }
        tracing.ended(this);
    }

    boolean has(TraceLevel level) {
        return sampler.settings().levels().contains(level);
    }

    Sampler sampler() {
        return sampler;
    }

    long id() {
        return id;
    }

    String model() {
        return model;
    }

    long version() {
        return version;
    }

    String requestId() {
        return requestId;
    }

    long startNanos() {
        return startNanos;
    }

    synchronized long endNanos() {
        return endNanos;
    }

    synchronized List<Run> runs() {
        return List.copyOf(runs);
    }

    synchronized List<Seen> tensors() {
        return List.copyOf(tensors);
    }

    synchronized long heldBytes() {
        return heldBytes;
    }
}
