package dev.tern.server.tensor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A payload in a Java array; the garbage collector frees it, so references are not counted. */
public final class HeapPayload implements Payload {
    private final byte[] bytes;
    private final int offset;
    private final int length;

    private HeapPayload(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /** A payload over {@code bytes} itself, which the caller must not change afterwards. */
    public static HeapPayload wrap(byte[] bytes) {
        return new HeapPayload(bytes, 0, bytes.length);
    }

    /**
     * A payload over {@code length} of {@code bytes} from {@code offset}, which the caller must not change afterwards.
     *
     * @throws IndexOutOfBoundsException if the range is not within the array
     */
    public static HeapPayload wrap(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return new HeapPayload(bytes, offset, length);
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
    public void copyTo(long from, ByteBuffer dst) {
        Objects.checkFromIndexSize(from, dst.remaining(), (long) length);
        dst.put(bytes, offset + (int) from, dst.remaining());
    }

    @Override
    public Payload onHeap() {
        return this;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public void show(long from, long count, ByteSink sink) {
        Objects.checkFromIndexSize(from, count, (long) length);
        sink.bytes(bytes, offset + (int) from, (int) count);
    }

    @Override
    public Payload retain() {
        return this;
    }

    @Override
    public void release() {}
}
