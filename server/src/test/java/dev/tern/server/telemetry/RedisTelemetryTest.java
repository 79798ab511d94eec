package dev.tern.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisTelemetryTest {
    private enum Outcome {
        GOOD,
        BAD
    }

    private final Telemetry telemetry = new Telemetry(
            new Outcomes(Outcome.class, Outcome.class, Outcome.class, Outcome.class), "test", () -> 0, () -> 0);
    private final RedisTelemetry redis =
            telemetry.redis(new RedisOutcomes(Outcome.class, Outcome.class, Outcome.class));

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void everySeriesIsThereFromTheStart() {
        redis.recorder("m", "1");
        assertThat(scrape())
                .contains("tern_cache_lookups_total{level=\"l2\",model=\"m\",outcome=\"good\",version=\"1\"} 0.0")
                .contains("tern_cache_redis_writes_total{model=\"m\",outcome=\"bad\",version=\"1\"} 0.0")
                .contains("tern_cache_redis_rubbish_total{model=\"m\",reason=\"bad\",version=\"1\"} 0.0")
                .contains("tern_cache_redis_reply_duration_seconds_count{model=\"m\",version=\"1\"} 0");
    }

    @Test
    void whatHappensIsCounted() {
        RedisRecorder recorder = redis.recorder("m", "1");
        recorder.lookedUp(Outcome.GOOD, 3);
        recorder.replied(1_000_000, 70);
        recorder.late();
        recorder.rubbish(Outcome.BAD);
        recorder.wrote(Outcome.GOOD);
        recorder.sent(50);
        assertThat(scrape())
                .contains("tern_cache_lookups_total{level=\"l2\",model=\"m\",outcome=\"good\",version=\"1\"} 3.0")
                .contains("tern_cache_redis_reply_duration_seconds_sum{model=\"m\",version=\"1\"} 0.001")
                .contains("tern_cache_redis_late_replies_total{model=\"m\",version=\"1\"} 1.0")
                .contains("tern_cache_redis_rubbish_total{model=\"m\",reason=\"bad\",version=\"1\"} 1.0")
                .contains("tern_cache_redis_writes_total{model=\"m\",outcome=\"good\",version=\"1\"} 1.0")
                .contains("tern_cache_redis_transferred_total{direction=\"in\",model=\"m\",version=\"1\"} 70.0")
                .contains("tern_cache_redis_transferred_total{direction=\"out\",model=\"m\",version=\"1\"} 50.0");
    }

    @Test
    void theyGoWithTheLastOneClosed() {
        RedisRecorder before = redis.recorder("m", "1");
        RedisRecorder after = redis.recorder("m", "1");
        before.close();
        before.close();
        assertThat(scrape()).contains("tern_cache_redis_writes_total{model=\"m\"");
        after.close();
        assertThat(scrape()).doesNotContain("model=\"m\"");
    }

    @Test
    void theLevelIsAskedAtEachScrape() {
        redis.level(() -> 2, () -> 0, () -> 1, () -> 3, () -> 400);
        assertThat(scrape())
                .contains("tern_cache_redis_breaker{of=\"lookups\"} 2.0")
                .contains("tern_cache_redis_breaker{of=\"values\"} 0.0")
                .contains("tern_cache_redis_breaker{of=\"writes\"} 1.0")
                .contains("tern_cache_redis_connections 3.0")
                .contains("tern_cache_redis_pending_bytes 400.0");
    }

    @Test
    void whatRedisTellsIsCountedWhereItDoes() {
        assertThat(scrape()).doesNotContain("tern_cache_redis_tracking");
        redis.tracking(() -> 1, () -> 5);
        assertThat(scrape())
                .contains("tern_cache_redis_tracking 1.0")
                .contains("tern_cache_redis_invalidations_total 5.0");
    }

    private String scrape() {
        return telemetry.scrape("").text();
    }
}
