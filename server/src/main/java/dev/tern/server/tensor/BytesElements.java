package dev.tern.server.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a {@link DataType#BYTES} payload: each is led by its length, four little-endian bytes, unsigned.
 *
 * <p>An instance is a view of the payload's bytes as one array; the elements are not copied.
 */
public final class BytesElements {
    private static final int LENGTH_BYTES = 4;

    private final List<ByteBuffer> elements;
    private final @Nullable Truncation truncation;

    private BytesElements(List<ByteBuffer> elements, @Nullable Truncation truncation) {
        this.elements = elements;
        this.truncation = truncation;
    }

    /**
     * Where a payload ends in the middle of an element.
     *
     * @param inLength whether that is in its length word, rather than in its bytes
     * @param expected bytes the element still needed
     * @param available bytes there were
     */
    public record Truncation(boolean inLength, long expected, long available) {}

    /**
     * Reads {@code payload} up to its end, to where it is cut off or to one element more than {@code expected}: what a
     * request claims bounds the work it makes. Copies the payload once.
     */
    public static BytesElements read(Payload payload, long expected) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(payload.size())).order(ByteOrder.LITTLE_ENDIAN);
        payload.copyTo(0, bytes);
        bytes.flip();
        List<ByteBuffer> elements = new ArrayList<>();
        while (bytes.hasRemaining() && elements.size() <= expected) {
            if (bytes.remaining() < LENGTH_BYTES) {
                return new BytesElements(elements, new Truncation(true, LENGTH_BYTES, bytes.remaining()));
            }
            long length = Integer.toUnsignedLong(bytes.getInt());
            if (length > bytes.remaining()) {
                return new BytesElements(elements, new Truncation(false, length, bytes.remaining()));
            }
            elements.add(bytes.slice(bytes.position(), (int) length));
            bytes.position(bytes.position() + (int) length);
        }
        return new BytesElements(elements, null);
    }

    /** The whole elements, in order; their bytes without the length. */
    public List<ByteBuffer> elements() {
        return elements;
    }

    /** Where the payload was cut off, or null if it was whole. */
    public @Nullable Truncation truncation() {
        return truncation;
    }

    /** The payload of {@code elements}. */
    public static byte[] write(List<byte[]> elements) {
        int size = 0;
        for (byte[] element : elements) {
            size = Math.addExact(size, Math.addExact(LENGTH_BYTES, element.length));
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] element : elements) {
            bytes.putInt(element.length).put(element);
        }
        return bytes.array();
    }
}
