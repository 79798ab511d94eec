package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RedisKeysTest {
    private final RedisKeys keys = new RedisKeys("tern:");

    @Test
    void aKeyIsPrefixVersionAndText() {
        assertThat(new String(keys.write(new CacheKey(0, -1)), StandardCharsets.US_ASCII))
                .isEqualTo("tern:1:AAAAAAAAAAD__________w");
    }

    @Test
    void whatIsWrittenIsRead() {
        CacheKey key = new CacheKey(0x123456789L, Long.MIN_VALUE);
        assertThat(keys.read(keys.write(key))).isEqualTo(key);
    }

    @Test
    void whatIsNoKeyOfOursIsNotRead() {
        for (String other :
                new String[] {"", "tern:1:", "tern:2:AAAAAAAAAAD__________w", "tern:1:AAAAAAAAAAD__________!", "x"}) {
            assertThat(keys.read(other.getBytes(StandardCharsets.US_ASCII)))
                    .as(other)
                    .isNull();
        }
    }
}
