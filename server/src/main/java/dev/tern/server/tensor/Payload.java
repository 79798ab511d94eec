package dev.tern.server.tensor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The bytes of one tensor in the protocol's raw form: row-major, little-endian, no padding.
 *
 * <p>Reference-counted: a new payload has one reference, owned by whoever made it; each holder that outlives its
 * caller retains and releases. Reading is allowed from any thread while a reference is held.
 */
public interface Payload {
    /** Length in bytes. */
    long size();

    /** Bytes of memory that a reference keeps from being freed; more than {@link #size} where this is a part of more. */
    default long held() {
        return size();
    }

    /**
     * Copies bytes {@code [from, from + dst.remaining())} to {@code dst}, which ends up full.
     *
     * @throws UnreadableException if their owner has taken them away, where that is possible
     * @throws IndexOutOfBoundsException if the range is not within the payload
     */
    void copyTo(long from, ByteBuffer dst);

    /** These bytes on the Java heap, where no reading fails: itself if they are there, else a copy. */
    default Payload onHeap() {
        byte[] copy = new byte[Math.toIntExact(size())];
        copyTo(0, ByteBuffer.wrap(copy));
        return HeapPayload.wrap(copy);
    }

    /** Writes all bytes. */
    default void writeTo(OutputStream out) throws IOException {
        byte[] copy = new byte[Math.toIntExact(size())];
        copyTo(0, ByteBuffer.wrap(copy));
        out.write(copy);
    }

    /**
     * Shows {@code sink} the bytes {@code [from, from + length)} in order, where they lie: no copy is made where an
     * implementation can do without.
     *
     * @throws IndexOutOfBoundsException if the range is not within the payload
     */
    default void show(long from, long length, ByteSink sink) {
        byte[] copy = new byte[Math.toIntExact(length)];
        copyTo(from, ByteBuffer.wrap(copy));
        sink.bytes(copy, 0, copy.length);
    }

    /** Takes one more reference. */
    Payload retain();

    /** Gives one reference back; the last one frees the memory. */
    void release();
}
