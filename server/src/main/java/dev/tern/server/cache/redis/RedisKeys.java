package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How keys stand in Redis: prefix, version of the values' format, 22 characters of Base64 for URLs. */
final class RedisKeys {
    private static final String VERSION = "1:";
    private static final int BYTES = 2 * Long.BYTES;
    private static final int CHARACTERS = 22;

    private final byte[] prefix;

    RedisKeys(String prefix) {
        this.prefix = (prefix + VERSION).getBytes(StandardCharsets.UTF_8);
    }

    /** What all keys begin with. */
    byte[] prefix() {
        return prefix.clone();
    }

    byte[] write(CacheKey key) {
        byte[] plain = ByteBuffer.allocate(BYTES)
                .putLong(key.high())
                .putLong(key.low())
                .array();
        byte[] text = Base64.getUrlEncoder().withoutPadding().encode(plain);
        byte[] all = Arrays.copyOf(prefix, prefix.length + CHARACTERS);
        System.arraycopy(text, 0, all, prefix.length, CHARACTERS);
        return all;
    }

    /** The key that {@link #write} makes {@code text} of; null if there is none. */
    @Nullable
    CacheKey read(byte[] text) {
        if (text.length != prefix.length + CHARACTERS
                || !Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length)) {
            return null;
        }
        try {
            ByteBuffer plain = ByteBuffer.wrap(
                    Base64.getUrlDecoder().decode(Arrays.copyOfRange(text, prefix.length, text.length)));
            return new CacheKey(plain.getLong(), plain.getLong());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
