package dev.tern.server.cache.local;

import dev.tern.server.cache.Asked;
import dev.tern.server.cache.CacheScope;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Memo;
import dev.tern.server.predict.Origin;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kept answers as one loaded version of a model sees them. Any thread; never blocks for long. */
public final class LocalCache implements AutoCloseable {
    private final ModelPart part;
    private final CacheScope scope;
    private final long ttlNanos;
    private final Runnable onClose;

    /** Of the answer kept last, by output: mostly that of the next, so that one is kept for all, and found in one place. */
    private volatile Shape[] shapes = {};

    LocalCache(ModelPart part, CacheScope scope, long ttlNanos, Runnable onClose) {
        this.part = part;
        this.scope = scope;
        this.ttlNanos = ttlNanos;
        this.onClose = onClose;
    }

    /** The answer kept under {@code key}; null if there is none. Its payloads need no release. */
    public @Nullable InferenceResponse get(CacheKey key) {
        Kept entry = part.get(key);
        return entry == null ? null : entry.response();
    }

    /** How things stand before the model is asked for the answer under {@code key}. */
    public Asked asked(CacheKey key) {
        return part.asked(key);
    }

    /**
     * As {@link #asked}, for an answer that is to be in place of the one that is kept: answers asked for before, of any
     * version of the model, are not kept from here on.
     */
    public Asked refresh(CacheKey key) {
        part.refresh(key);
        return part.asked(key).byRefresh();
    }

    /**
     * Keeps a copy of {@code response} of the size of its outputs, which stays the caller's, for what its age leaves of
     * the time that answers are kept; not if what is kept has been cleared, or a refresh of the answer has begun, since it was {@code asked} for.
     *
     * @param asked how things stood when the model was asked
     * @return the copy, as an answer from the model; null if it is too large to be kept
     */
    public @Nullable InferenceResponse put(CacheKey key, InferenceResponse response, Asked asked) {
        Shape[] before = shapes;
        Shape[] now = alike(response.outputs(), before);
        long weight = Weights.of(response.outputs()) + Weights.ofNew(now, before);
        if (weight > Math.min(part.pool().maxBytes(), Integer.MAX_VALUE)) {
            return null;
        }
        List<Tensor> outputs = copy(response.outputs(), now);
        shapes = now;
        InferenceResponse copy = new InferenceResponse(outputs, Origin.L1, new Memo());
        long leftNanos = leftNanos(response);
        if (leftNanos > 0) {
            part.put(key, new Kept(part, scope, copy, asked.generation(), leftNanos, (int) weight), asked);
        }
        return copy;
    }

    private long leftNanos(InferenceResponse response) {
        return ttlNanos == Long.MAX_VALUE ? ttlNanos : ttlNanos - response.ageNanos();
    }

    /** All payloads in one array. */
    private static List<Tensor> copy(List<Tensor> outputs, Shape[] shapes) {
        int size = 0;
        for (int i = 0; i < outputs.size(); i++) {
            size += (int) outputs.get(i).data().size();
        }
        byte[] bytes = new byte[size];
        List<Tensor> copies = new ArrayList<>(outputs.size());
        int from = 0;
        for (int i = 0; i < outputs.size(); i++) {
            Tensor output = outputs.get(i);
            Payload data = output.data();
            int length = (int) data.size();
            data.copyTo(0, ByteBuffer.wrap(bytes, from, length));
            copies.add(new Tensor(output.name(), output.type(), shapes[i], HeapPayload.wrap(bytes, from, length)));
            from += length;
        }
        return copies;
    }

    /** The shapes of {@code outputs}: the same objects as before where they are equal. */
    private static Shape[] alike(List<Tensor> outputs, Shape[] before) {
        Shape[] now = new Shape[outputs.size()];
        for (int i = 0; i < now.length; i++) {
            Shape shape = outputs.get(i).shape();
            now[i] = i < before.length && before[i].equals(shape) ? before[i] : shape;
        }
        return now;
    }

    /**
     * Nothing that is kept here of the model, of any of its versions, is given out from now on; returns how much that was.
     * What Redis has of it may still come back. Looks at every answer: not for threads that must be quick.
     */
    public long clear() {
        return part.clear(Evicted.CLEARED);
    }

    /** As {@link #clear}, but quick, as it looks at nothing: the memory is given back by {@link #sweep} at the latest. */
    public void outdate(Evicted cause) {
        part.outdate(cause);
    }

    /**
     * Removes what is given out no more, of all versions of the model. Looks at every answer, unless that was done since, as
     * for another version.
     */
    public void sweep() {
        part.sweep();
    }

    /** The answer under {@code key}, if there is one, is given out no more, as it has gone where replicas share it. */
    public void invalidate(CacheKey key) {
        part.remove(key, Evicted.INVALIDATED);
    }

    /** Answers kept of the model, of all its versions. */
    public long entries() {
        return part.entries();
    }

    /** Bytes that they take. */
    public long bytes() {
        return part.bytes();
    }

    /** Removes what no other version of the model may give out. Looks at every answer; called once. */
    @Override
    public void close() {
        onClose.run();
    }
}
