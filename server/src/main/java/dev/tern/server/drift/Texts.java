package dev.tern.server.drift;

import java.nio.ByteBuffer;

/**
 * Texts as numbers that are equal where the texts are: a hash of their first bytes and their length. An unfriendly caller
 * can find two that collide, and gains nothing by it.
 */
final class Texts {
    /** Texts that differ after so many bytes only are told apart by their lengths. */
    static final int READ_BYTES = 64;

    private static final long FNV_BASIS = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    /** What a double does not hold of 64 bits. */
    private static final int LOST_BITS = Long.SIZE - 53;

    private Texts() {}

    /**
     * The text of {@code length} bytes that begins where {@code bytes} stand, which are not moved.
     *
     * @param length of which {@code bytes} have at least the first {@link #READ_BYTES}
     */
    static double number(ByteBuffer bytes, long length) {
        long hash = FNV_BASIS;
        int count = (int) Math.min(length, READ_BYTES);
        for (int i = 0; i < count; i++) {
            hash = (hash ^ bytes.get(bytes.position() + i)) * FNV_PRIME;
        }
        hash = (hash ^ length) * FNV_PRIME;
        // The low bits of the product are the poorest; those that are kept depend on all of them.
        hash ^= hash >>> 32;
        return (double) ((hash * FNV_PRIME) >>> LOST_BITS);
    }
}
