package dev.tern.server.rpc.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The names that requests keep repeating (of models, tensors and datatypes), so that each is decoded once.
 *
 * <p>Any thread, without a lock: entries do not change, and what one thread does not see of another's it decodes itself.
 * A fixed number of places, each with the last name that fell to it: made-up names take no more memory.
 */
public final class Names {
    /** Longer ones are not kept. */
    static final int MAX_BYTES = 64;

    private static final int PLACES = 512;

    private final @Nullable Name[] names = new Name[PLACES];

    private static final class Name {
        private final byte[] utf8;
        private final String text;

        Name(byte[] utf8, String text) {
            this.utf8 = utf8;
            this.text = text;
        }

        boolean is(ByteBuffer bytes, int from, int length) {
            if (utf8.length != length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (utf8[i] != bytes.get(from + i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The text of {@code length} bytes, at the most {@link #MAX_BYTES}. */
    String of(ByteBuffer bytes, int from, int length) throws WireException {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + bytes.get(from + i);
        }
        int place = hash & (PLACES - 1);
        Name known = names[place];
        if (known != null && known.is(bytes, from, length)) {
            return known.text;
        }
        byte[] utf8 = new byte[length];
        bytes.get(from, utf8);
        String text = Utf8.decode(utf8);
        names[place] = new Name(utf8, text);
        return text;
    }
}
