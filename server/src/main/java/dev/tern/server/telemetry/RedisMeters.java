package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.LongStream;

/** What one model version asks of Redis. */
final class RedisMeters extends MeterGroup {
    /** 50 µs to 1 s. */
    private static final Duration[] BUCKETS = LongStream.of(
                    50, 100, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000, 50_000, 1_000_000)
            .mapToObj(micros -> Duration.ofNanos(1_000 * micros))
            .toArray(Duration[]::new);

    private static final String DIRECTION = "direction";

    final Map<Enum<?>, Counter> lookUps;
    final Map<Enum<?>, Counter> writes;
    final Map<Enum<?>, Counter> rubbish;
    final Counter late;
    final Counter bytesIn;
    final Counter bytesOut;
    final Timer replyDuration;

    RedisMeters(MeterRegistry registry, RedisOutcomes outcomes, String model, String version) {
        super(registry, Tags.of("model", model, "version", version));
        lookUps = counters(TernMeter.CACHE_LOOKUPS, "outcome", outcomes.lookUps(), "level", "l2");
        writes = counters(TernMeter.REDIS_WRITES, "outcome", outcomes.writes());
        rubbish = counters(TernMeter.REDIS_RUBBISH, "reason", outcomes.rubbish());
        late = counter(TernMeter.REDIS_LATE_REPLIES);
        bytesIn = counter(TernMeter.REDIS_BYTES, DIRECTION, "in");
        bytesOut = counter(TernMeter.REDIS_BYTES, DIRECTION, "out");
        replyDuration = timer(TernMeter.REDIS_REPLY_DURATION, BUCKETS);
    }
}
