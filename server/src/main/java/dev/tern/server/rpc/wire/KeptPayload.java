package dev.tern.server.rpc.wire;

import dev.tern.server.tensor.ByteSink;
import dev.tern.server.tensor.Payload;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A range of a message's kept bytes; its references are theirs. */
final class KeptPayload implements Payload {
    private final KeptBytes whole;
    private final int from;
    private final int size;

    KeptPayload(KeptBytes whole, int from, int size) {
        this.whole = whole;
        this.from = from;
        this.size = size;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void copyTo(long offset, ByteBuffer dst) {
        Objects.checkFromIndexSize(offset, dst.remaining(), (long) size);
        whole.copyTo(from + (int) offset, dst);
    }

    @Override
    public void show(long offset, long length, ByteSink sink) {
        Objects.checkFromIndexSize(offset, /* size= */ length, /* length= */ (long) size);
        whole.show(from + (int) offset, (int) length, sink);
    }

    @Override
    public Payload retain() {
        whole.retain(1);
        return this;
    }

    @Override
    public void release() {
        whole.release();
    }
}
