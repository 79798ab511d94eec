package dev.tern.server.sharedmemory;

import dev.tern.server.tensor.ByteSink;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Bytes copied from a region, which change no more; says when nobody needs them any more. */
final class CopiedPayload implements Payload {
    private final HeapPayload copy;
    private final Runnable unused;
    private final AtomicInteger references = new AtomicInteger(1);

    /** {@code unused} runs when the last reference is given back. */
    CopiedPayload(byte[] bytes, Runnable unused) {
        this.copy = HeapPayload.wrap(bytes);
        this.unused = unused;
    }

    @Override
    public long size() {
        return copy.size();
    }

    @Override
    public void copyTo(long from, ByteBuffer dst) {
        copy.copyTo(from, dst);
    }

    @Override
    public Payload onHeap() {
        return this;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        copy.writeTo(out);
    }

    @Override
    public void show(long from, long length, ByteSink sink) {
        copy.show(from, length, sink);
    }

    @Override
    public Payload retain() {
        if (references.getAndIncrement() <= 0) {
            throw new IllegalStateException("a copy retained after its last release");
        }
        return this;
    }

    @Override
    public void release() {
        int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("a copy released more often than retained");
        }
        if (left == 0) {
            unused.run();
        }
    }
}
