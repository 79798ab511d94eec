package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The meters of Redis as the response cache's second level. Any thread may open and close recorders. */
public final class RedisTelemetry {
    private final MeterRegistry registry;
    private final RedisOutcomes outcomes;
    private final Map<String, RedisMeters> open = new HashMap<>();

    RedisTelemetry(MeterRegistry registry, RedisOutcomes outcomes) {
        this.registry = registry;
        this.outcomes = outcomes;
    }

    /**
     * What is asked at each scrape, of the whole process; once.
     *
     * @param lookUps 0 where Redis is asked, 1 where a few try, 2 where it is not
     * @param writes the same of writing
     */
    public void level(IntSupplier lookUps, IntSupplier writes, IntSupplier connections, LongSupplier pendingBytes) {
        breaker("lookups", lookUps);
        breaker("writes", writes);
        Gauge.builder(TernMeter.REDIS_CONNECTIONS.id(), connections::getAsInt)
                .description(TernMeter.REDIS_CONNECTIONS.meaning())
                .register(registry);
        Gauge.builder(TernMeter.REDIS_PENDING.id(), pendingBytes::getAsLong)
                .description(TernMeter.REDIS_PENDING.meaning())
                .baseUnit("bytes")
                .register(registry);
    }

    private void breaker(String of, IntSupplier state) {
        Gauge.builder(TernMeter.REDIS_BREAKER.id(), state::getAsInt)
                .description(TernMeter.REDIS_BREAKER.meaning())
                .tag("of", of)
                .register(registry);
    }

    /** Opens the meters of one model version; they are shared with the same version while that is open, too. */
    public RedisRecorder recorder(String model, String version) {
        String key = model + '\n' + version;
        synchronized (open) {
            RedisMeters meters = open.computeIfAbsent(key, it -> new RedisMeters(registry, outcomes, model, version));
            meters.retain();
            return new RedisRecorder(meters, () -> close(key, meters));
        }
    }

    private void close(String key, RedisMeters meters) {
        synchronized (open) {
            if (meters.release()) {
                open.remove(key);
            }
        }
    }
}
