package dev.tern.server.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.CacheKey;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RedisKeysTest {
    private final RedisKeys keys = new RedisKeys("tern:", new byte[] {1});

    @Test
    void aKeyIsPrefixVersionTagAndText() {
        assertThat(text("a-tag_12", new CacheKey(0, -1))).isEqualTo("tern:2:a-tag_12:AAAAAAAAAAD__________w");
        assertThat(keys.space()).isEqualTo("tern:2:");
        assertThat(keys.of("a-tag_12").pattern()).isEqualTo("tern:2:a-tag_12:?*");
    }

    private String text(String tag, CacheKey key) {
        return new String(keys.of(tag).write(key), StandardCharsets.US_ASCII);
    }

    @Test
    void aTagIsTheModelsInAllReplicasAndTellsNoNameToOthers() {
        assertThat(keys.tag("ranker"))
                .matches("[A-Za-z0-9_-]{8}")
                .isEqualTo(new RedisKeys("x", new byte[] {1}).tag("ranker"))
                .isNotEqualTo(keys.tag("ranker2"))
                .isNotEqualTo(new RedisKeys("tern:", new byte[] {2}).tag("ranker"));
    }

    @Test
    void whatIsWrittenIsRead() {
        CacheKey key = new CacheKey(0x123456789L, Long.MIN_VALUE);
        String tag = keys.tag("m");
        assertThat(keys.read(keys.of(tag).write(key))).isEqualTo(new RedisKeys.Parsed(tag, key));
    }

    @Test
    void aMarkIsNoKeyAndNoKeyIsAMark() {
        ModelKeys model = keys.of(keys.tag("m"));
        assertThat(keys.readMark(model.mark())).isEqualTo(keys.tag("m"));
        assertThat(keys.read(model.mark())).isNull();
        assertThat(keys.readMark(model.write(new CacheKey(1, 2)))).isNull();
        assertThat(keys.readMark(
                        new RedisKeys("tarn:", new byte[] {1}).of("a-tag_12").mark()))
                .isNull();
    }

    @Test
    void whatIsNoKeyOfOursIsNotRead() {
        for (String other : new String[] {
            "",
            "x",
            "tern:2:",
            "tern:1:a-tag_12:AAAAAAAAAAD__________w",
            "tern:2:a-tag_12:AAAAAAAAAAD__________!",
            "tern:2:a-tag_12_AAAAAAAAAAD__________w",
            "tern:2:a-tag_12:AAAAAAAAAAD__________",
        }) {
            assertThat(keys.read(other.getBytes(StandardCharsets.US_ASCII)))
                    .as(other)
                    .isNull();
            assertThat(keys.readMark(other.getBytes(StandardCharsets.US_ASCII)))
                    .as(other)
                    .isNull();
        }
    }
}
