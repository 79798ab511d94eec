package dev.tern.server.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes put one after another, lengths before what they are lengths of; used again for each request. One thread. */
final class HeadBytes {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle CHARS = MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FIRST_BYTES = 512;
    /** What one large request needed is not kept for ever. */
    private static final int MOST_KEPT_BYTES = 1 << 16;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    void clear() {
        length = 0;
        if (bytes.length > MOST_KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    void put(long value) {
        reserve(Long.BYTES);
        LONGS.set(bytes, length, value);
        length += Long.BYTES;
    }

    void put(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, length, value);
        length += Integer.BYTES;
    }

    void put(byte value) {
        reserve(Byte.BYTES);
        bytes[length++] = value;
    }

    /** Its length, then its UTF-16 units. */
    void put(String text) {
        int chars = text.length();
        put(chars);
        reserve(chars * Character.BYTES);
        for (int i = 0; i < chars; i++) {
            CHARS.set(bytes, length, text.charAt(i));
            length += Character.BYTES;
        }
    }

    private void reserve(int more) {
        int needed = Math.addExact(length, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
    }
}
