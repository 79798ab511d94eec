package dev.tern.server.engine;

import dev.tern.server.tensor.ByteSink;
import dev.tern.server.tensor.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The outputs of one batch in one piece of memory, reference-counted; answers are slices of it.
 *
 * <p>The memory is the Java heap's, so a lost reference costs nothing but is counted, and the tests fail on it.
 */
public final class Slab {
    private static final AtomicLong LIVE = new AtomicLong();

    private final byte[] bytes;
    private final AtomicInteger references = new AtomicInteger(1);

    private Slab(byte[] bytes) {
        this.bytes = bytes;
        LIVE.incrementAndGet();
    }

    /** A slab over {@code bytes}, which belong to it from here on; the caller holds its one reference. */
    public static Slab wrap(byte[] bytes) {
        return new Slab(bytes);
    }

    /** Slabs of this process that still have references, for leak checks and gauges. */
    public static long live() {
        return LIVE.get();
    }

    /** The bytes {@code [from, from + length)} as a payload with a reference of its own. */
    public Payload slice(int from, int length) {
        Objects.checkFromIndexSize(from, length, bytes.length);
        retain();
        return new Slice(from, length);
    }

    public void release() {
        int left = references.decrementAndGet();
        if (left == 0) {
            LIVE.decrementAndGet();
        } else if (left < 0) {
            throw new IllegalStateException("slab released more often than retained");
        }
    }

    private void retain() {
        if (references.getAndIncrement() <= 0) {
            throw new IllegalStateException("slab retained after its last release");
        }
    }

    private final class Slice implements Payload {
        private final int from;
        private final int length;

        Slice(int from, int length) {
            this.from = from;
            this.length = length;
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public long held() {
            return bytes.length;
        }

        @Override
        public void copyTo(long offset, ByteBuffer dst) {
            Objects.checkFromIndexSize(offset, dst.remaining(), (long) length);
            dst.put(bytes, from + (int) offset, dst.remaining());
        }

        @Override
        public Payload onHeap() {
            return this;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void show(long offset, long count, ByteSink sink) {
            Objects.checkFromIndexSize(offset, count, (long) length);
            sink.bytes(bytes, from + (int) offset, (int) count);
        }

        @Override
        public Payload retain() {
            Slab.this.retain();
            return this;
        }

        @Override
        public void release() {
            Slab.this.release();
        }
    }
}
