package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How keys stand in Redis: prefix, version of the values' format, the model's tag, a colon, and 22 characters for the key;
 * tag and key in Base64 for URLs.
 */
final class RedisKeys {
    private static final String VERSION = "2:";
    private static final byte[] PURPOSE = "tern model tag 1".getBytes(StandardCharsets.UTF_8);

    /** A multiple of 3 bytes, so that Base64 leaves no bits over. */
    private static final int TAG_BYTES = 6;

    private static final int TAG_CHARACTERS = 8;
    private static final int KEY_CHARACTERS = 22;

    private final String space;
    private final byte[] spaceBytes;
    private final byte[] tagKey;

    /** One of our keys, taken apart. */
    record Parsed(String tag, CacheKey key) {}

    /** @param secret what replicas that share a Redis have in common; at least one byte */
    RedisKeys(String prefix, byte[] secret) {
        this.space = prefix + VERSION;
        this.spaceBytes = space.getBytes(StandardCharsets.UTF_8);
        this.tagKey = Hmac.of(secret, PURPOSE);
    }

    /** What the keys of all models begin with. */
    String space() {
        return space;
    }

    /**
     * What stands for {@code model}, all its versions, in the keys of all replicas. Does not tell its name; two models in
     * 2⁴⁸ have the same.
     */
    String tag(String model) {
        byte[] mac = Hmac.of(tagKey, model.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(mac, TAG_BYTES));
    }

    /** The keys of the model that {@code tag} stands for. */
    ModelKeys of(String tag) {
        return new ModelKeys(space + tag + ":");
    }

    /** The parts of a key that {@link ModelKeys} has written; null if {@code text} is none. */
    @Nullable
    Parsed read(byte[] text) {
        int keyAt = spaceBytes.length + TAG_CHARACTERS + 1;
        if (text.length != keyAt + KEY_CHARACTERS || !isOurs(text)) {
            return null;
        }
        try {
            ByteBuffer plain =
                    ByteBuffer.wrap(Base64.getUrlDecoder().decode(Arrays.copyOfRange(text, keyAt, text.length)));
            return new Parsed(tagIn(text), new CacheKey(plain.getLong(), plain.getLong()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The tag of the model whose {@link ModelKeys#mark} this is; null if {@code text} is none. */
    @Nullable
    String readMark(byte[] text) {
        return text.length == spaceBytes.length + TAG_CHARACTERS + 1 && isOurs(text) ? tagIn(text) : null;
    }

    /** Of what is long enough. */
    private boolean isOurs(byte[] text) {
        return text[spaceBytes.length + TAG_CHARACTERS] == ':'
                && Arrays.equals(text, 0, spaceBytes.length, spaceBytes, 0, spaceBytes.length);
    }

    private String tagIn(byte[] text) {
        return new String(text, spaceBytes.length, TAG_CHARACTERS, StandardCharsets.US_ASCII);
    }
}
