package dev.tern.server.rpc.wire;

import dev.tern.server.tensor.ByteSink;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The bytes of one message, in one or several buffers as they came from the network. Any thread may read. */
public final class Pieces {
    private final ByteBuffer[] pieces;

    /** Where each piece ends, counted from the message's begin. */
    private final int[] ends;

    private Pieces(ByteBuffer[] pieces) {
        this.pieces = pieces;
        this.ends = new int[pieces.length];
        int end = 0;
        for (int i = 0; i < pieces.length; i++) {
            end = Math.addExact(end, pieces[i].remaining());
            ends[i] = end;
            pieces[i] = fromZero(pieces[i]).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** The bytes between position and limit of {@code bytes}, which belongs to this object from here on. */
    public static Pieces of(ByteBuffer bytes) {
        return new Pieces(new ByteBuffer[] {bytes});
    }

    /**
     * Memory for one small message after another, each gone with the next: what reads it copies what it keeps.
     *
     * @param bytes of the largest message
     */
    public static Pieces reusable(int bytes) {
        return of(ByteBuffer.allocate(bytes));
    }

    /** Reads the next message, of {@code length} bytes, into what {@link #reusable} made. */
    public void refill(InputStream in, int length) throws IOException {
        if (in.readNBytes(pieces[0].array(), 0, length) != length) {
            throw new EOFException("the message's stream ends before its bytes do");
        }
        ends[0] = length;
    }

    /** One after another; the buffers belong to this object from here on. */
    public static Pieces of(List<ByteBuffer> pieces) {
        return pieces.isEmpty() ? of(ByteBuffer.allocate(0)) : new Pieces(pieces.toArray(new ByteBuffer[0]));
    }

    /** Absolute reads begin at 0, so a buffer has to. */
    private static ByteBuffer fromZero(ByteBuffer bytes) {
        return bytes.position() == 0 ? bytes : bytes.slice();
    }

    /** How many there are. */
    public int count() {
        return pieces.length;
    }

    ByteBuffer piece(int index) {
        return pieces[index];
    }

    int end(int index) {
        return ends[index];
    }

    /** Bytes of all pieces together. */
    public int size() {
        return ends[ends.length - 1];
    }

    /** Copies the bytes from {@code from} on until {@code dst} is full. */
    void copyTo(int from, ByteBuffer dst) {
        Objects.checkFromIndexSize(from, dst.remaining(), size());
        int at = from;
        for (int i = pieceWith(from); dst.hasRemaining(); i++) {
            int count = Math.min(dst.remaining(), ends[i] - at);
            // Absolute on both sides: other threads may be reading the same piece.
            dst.put(dst.position(), pieces[i], at - start(i), count);
            dst.position(dst.position() + count);
            at += count;
        }
    }

    /** Copies {@code count} bytes from {@code from} on to {@code dst} at {@code to}. */
    void copyTo(int from, byte[] dst, int to, int count) {
        Objects.checkFromIndexSize(from, count, size());
        int at = from;
        int left = count;
        for (int i = pieceWith(from); left > 0; i++) {
            int part = Math.min(left, ends[i] - at);
            pieces[i].get(at - start(i), dst, to + count - left, part);
            at += part;
            left -= part;
        }
    }

    /** Shows {@code count} bytes from {@code from} on to {@code sink}, piece by piece. */
    void show(int from, int count, ByteSink sink) {
        Objects.checkFromIndexSize(from, count, size());
        int at = from;
        int left = count;
        for (int i = pieceWith(from); left > 0; i++) {
            int part = Math.min(left, ends[i] - at);
            sink.bytes(pieces[i], at - start(i), part);
            at += part;
            left -= part;
        }
    }

    private int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    private int pieceWith(int position) {
        if (position < ends[0]) {
            return 0;
        }
        int found = Arrays.binarySearch(ends, position);
        // An end belongs to the piece after it; there may be empty pieces, which the copies pass over.
        return found >= 0 ? found + 1 : -found - 1;
    }
}
