package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What one model version asks of Redis. The count of their users is guarded by {@link RedisTelemetry}. */
final class RedisMeters {
    /** 50 µs to 1 s. */
    private static final Duration[] BUCKETS = LongStream.of(
                    50, 100, 200, 300, 500, 750, 1_000, 2_000, 5_000, 10_000, 50_000, 1_000_000)
            .mapToObj(micros -> Duration.ofNanos(1_000 * micros))
            .toArray(Duration[]::new);

    private static final String DIRECTION = "direction";

    private final List<Meter> all = new ArrayList<>();
    private final MeterRegistry registry;
    private final Tags tags;

    final Map<Enum<?>, Counter> lookUps;
    final Map<Enum<?>, Counter> writes;
    final Map<Enum<?>, Counter> rubbish;
    final Counter late;
    final Counter bytesIn;
    final Counter bytesOut;
    final Timer replyDuration;
    private int users;

    RedisMeters(MeterRegistry registry, RedisOutcomes outcomes, String model, String version) {
        this.registry = registry;
        this.tags = Tags.of("model", model, "version", version);
        Tags level = Tags.of("level", "l2");
        lookUps = counters(TernMeter.CACHE_LOOKUPS, level, "outcome", outcomes.lookUps());
        writes = counters(TernMeter.REDIS_WRITES, Tags.empty(), "outcome", outcomes.writes());
        rubbish = counters(TernMeter.REDIS_RUBBISH, Tags.empty(), "reason", outcomes.rubbish());
        late = counter(TernMeter.REDIS_LATE_REPLIES, Tags.empty());
        bytesIn = counter(TernMeter.REDIS_BYTES, Tags.of(DIRECTION, "in"));
        bytesOut = counter(TernMeter.REDIS_BYTES, Tags.of(DIRECTION, "out"));
        replyDuration = kept(Timer.builder(TernMeter.REDIS_REPLY_DURATION.id())
                .description(TernMeter.REDIS_REPLY_DURATION.meaning())
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
    }

    void retain() {
        users++;
    }

    /** Whether that was the last user; removes the meters then. */
    boolean release() {
        users--;
        if (users == 0) {
            all.forEach(registry::remove);
        }
        return users == 0;
    }

    private Map<Enum<?>, Counter> counters(
            TernMeter meter, Tags further, String label, Class<? extends Enum<?>> values) {
        return Arrays.stream(values.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(
                        value -> value,
                        value -> counter(meter, further.and(label, value.name().toLowerCase(Locale.ROOT)))));
    }

    private Counter counter(TernMeter meter, Tags further) {
        return kept(Counter.builder(meter.id())
                .description(meter.meaning())
                .tags(tags.and(further))
                .register(registry));
    }

    private <M extends Meter> M kept(M meter) {
        all.add(meter);
        return meter;
    }
}
