package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** One model's keys in Redis, as {@link RedisKeys} has them. */
final class ModelKeys {
    private static final int BYTES = 2 * Long.BYTES;

    private final String prefix;
    private final byte[] prefixBytes;

    /** @param prefix of all of them */
    ModelKeys(String prefix) {
        this.prefix = prefix;
        this.prefixBytes = prefix.getBytes(StandardCharsets.UTF_8);
    }

    byte[] write(CacheKey key) {
        byte[] plain = ByteBuffer.allocate(BYTES)
                .putLong(key.high())
                .putLong(key.low())
                .array();
        byte[] text = Base64.getUrlEncoder().withoutPadding().encode(plain);
        byte[] all = Arrays.copyOf(prefixBytes, prefixBytes.length + text.length);
        System.arraycopy(text, 0, all, prefixBytes.length, text.length);
        return all;
    }

    /** A key that no answer has: whoever sees it come or go forgets all answers of the model. */
    byte[] mark() {
        return prefixBytes.clone();
    }

    /**
     * What matches the answers' keys and nothing else; there is nothing in a prefix or a tag that a pattern reads otherwise.
     */
    String pattern() {
        return prefix + "?*";
    }
}
