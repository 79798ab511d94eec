package dev.tern.server.rpc.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The elements of one typed list, in the raw form of its datatype, in an array that grows with what has come. */
public final class ElementList {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer elements = NOTHING;
    private int count;
    private boolean tooLarge;

    ElementList() {}

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Whether they are more than one array holds; then only {@link #count} is known. */
    public boolean isTooLarge() {
        return tooLarge;
    }

    /** All elements in raw form; the array is the caller's. */
    public byte[] toBytes() {
        byte[] bytes = elements.array();
        return elements.position() == bytes.length ? bytes : Arrays.copyOf(bytes, elements.position());
    }

    /** Makes room for so many bytes more. */
    void reserve(long bytes) {
        long needed = elements.position() + bytes;
        if (needed > MAX_BYTES) {
            tooLarge = true;
            elements = NOTHING;
        } else if (!tooLarge && needed > elements.capacity()) {
            long doubled = Math.min(MAX_BYTES, 2L * elements.capacity());
            elements = ByteBuffer.allocate((int) Math.max(needed, doubled))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(elements.flip());
        }
    }

    private boolean add(int bytes) {
        count++;
        reserve(bytes);
        return !tooLarge;
    }

    void addByte(byte element) {
        if (add(Byte.BYTES)) {
            elements.put(element);
        }
    }

    void addInt(int element) {
        if (add(Integer.BYTES)) {
            elements.putInt(element);
        }
    }

    void addLong(long element) {
        if (add(Long.BYTES)) {
            elements.putLong(element);
        }
    }

    /** The next field of {@code in}, an element of any length: led by that in raw form. */
    void addBytes(WireReader in) throws WireException {
        int length = in.length();
        count++;
        reserve((long) Integer.BYTES + length);
        if (tooLarge) {
            in.take(length);
        } else {
            fill(in, elements.putInt(length), length);
        }
    }

    /** A run of elements of {@code width} bytes each, which is the same on the wire as in raw form. */
    void addAll(WireReader in, int width) throws WireException {
        int length = in.length();
        if (length % width != 0) {
            throw WireException.truncated();
        }
        count += length / width;
        reserve(length);
        if (tooLarge) {
            in.take(length);
        } else {
            fill(in, elements, length);
        }
    }

    private static void fill(WireReader in, ByteBuffer dst, int length) throws WireException {
        dst.limit(dst.position() + length);
        in.fill(dst);
        dst.limit(dst.capacity());
    }
}
