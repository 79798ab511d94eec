package dev.tern.server.cache.redis;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Deflate without headers, at its fastest. What is unpacked never gets larger than was said. */
final class Packing {
    /** Deflate's best, by its format: 258 bytes for 2 bits. */
    private static final int MAX_RATIO = 1_032;

    private Packing() {}

    /**
     * Packs {@code length} bytes of {@code plain} from {@code from} into {@code into} from {@code at}.
     *
     * @return bytes written; 0 if they do not fit {@code room}
     */
    static int pack(byte[] plain, int from, int length, byte[] into, int at, int room) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(plain, from, length);
            deflater.finish();
            int written = deflater.deflate(into, at, room);
            return deflater.finished() ? written : 0;
        } finally {
            deflater.end();
        }
    }

    /** The most that {@code packed} bytes can come to. */
    static long maxUnpacked(int packed) {
        return (long) packed * MAX_RATIO;
    }

    /** Unpacks {@code packed}, of an array; whether that is exactly as much as {@code plain} takes. */
    static boolean unpack(ByteBuffer packed, byte[] plain) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            int length = inflater.inflate(plain);
            // The end of the stream may be all that is left.
            boolean ended = inflater.finished() || (inflater.inflate(new byte[1]) == 0 && inflater.finished());
            return length == plain.length && ended && inflater.getRemaining() == 0;
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }
}
