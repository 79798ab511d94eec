package dev.tern.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The layout of BYTES tensors: each element led by its length as four little-endian bytes. */
final class Strings {
    private static final int LENGTH = Integer.BYTES;

    private Strings() {}

    static ByteString encode(String[] values) {
        byte[][] elements = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            elements[i] = utf8(values[i], i);
        }
        return encode(elements);
    }

    static ByteString encode(byte[][] elements) {
        ByteBuffer bytes = ByteBuffer.allocate(size(elements)).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] element : elements) {
            bytes.putInt(element.length).put(element);
        }
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }

    /** How many elements {@code raw} holds; throws when a length does not fit. */
    static long count(ByteBuffer raw) {
        ByteBuffer bytes = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        long count = 0;
        while (bytes.hasRemaining()) {
            int length = nextLength(bytes, count);
            bytes.position(bytes.position() + length);
            count++;
        }
        return count;
    }

    /** The elements of {@code raw}, whose layout has been checked by {@link #count}. */
    static byte[][] decode(ByteBuffer raw, int count) {
        byte[][] elements = new byte[count][];
        for (int i = 0; i < count; i++) {
            elements[i] = new byte[raw.getInt()];
            raw.get(elements[i]);
        }
        return elements;
    }

    static String[] decodeUtf8(ByteBuffer raw, int count) {
        byte[][] elements = decode(raw, count);
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            values[i] = string(elements[i], i);
        }
        return values;
    }

    private static int nextLength(ByteBuffer bytes, long index) {
        if (bytes.remaining() < LENGTH) {
            throw new IllegalArgumentException("element " + index + " of a BYTES tensor needs a length of " + LENGTH
                    + " bytes, but " + bytes.remaining() + " are left");
        }
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("element " + index + " of a BYTES tensor is "
                    + Integer.toUnsignedString(length) + " bytes long, but " + bytes.remaining() + " are left");
        }
        return length;
    }

    private static int size(byte[][] elements) {
        long size = 0;
        for (byte[] element : elements) {
            size += LENGTH + element.length;
        }
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    size + " bytes do not fit one tensor (expected: at most " + Integer.MAX_VALUE + ")");
        }
        return (int) size;
    }

    /** Strict, where String.getBytes would put a question mark for half a surrogate pair. */
    private static byte[] utf8(String value, int index) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] element = new byte[bytes.remaining()];
            bytes.get(element);
            return element;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("string " + index + " holds half of a surrogate pair", e);
        }
    }

    private static String string(byte[] element, int index) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(element))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("element " + index + " is not UTF-8: read it with asByteArrays()", e);
        }
    }
}
