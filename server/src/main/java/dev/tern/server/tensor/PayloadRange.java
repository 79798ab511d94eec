package dev.tern.server.tensor;

import java.nio.ByteBuffer;
import java.util.Objects;

/** A range of another payload's bytes, without a copy; its references are that payload's. */
final class PayloadRange implements Payload {
    private final Payload whole;
    private final long from;
    private final long size;

    private PayloadRange(Payload whole, long from, long size) {
        this.whole = whole;
        this.from = from;
        this.size = size;
    }

    /**
     * The bytes {@code [from, from + size)} of {@code whole}. Takes no reference: whoever keeps it retains it.
     *
     * @throws IndexOutOfBoundsException if the range is not within the payload
     */
    static Payload of(Payload whole, long from, long size) {
        Objects.checkFromIndexSize(from, size, whole.size());
        return new PayloadRange(whole, from, size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long held() {
        return whole.held();
    }

    @Override
    public void copyTo(long offset, ByteBuffer dst) {
        Objects.checkFromIndexSize(offset, dst.remaining(), size);
        whole.copyTo(from + offset, dst);
    }

    @Override
    public void show(long offset, long length, ByteSink sink) {
        Objects.checkFromIndexSize(offset, /* size= */ length, /* length= */ size);
        whole.show(from + offset, length, sink);
    }

    @Override
    public Payload retain() {
        whole.retain();
        return this;
    }

    @Override
    public void release() {
        whole.release();
    }
}
