package dev.tern.server.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The meters of Redis as the response cache's second level. Any thread may open and close recorders. */
public final class RedisTelemetry {
    private final Telemetry telemetry;
    private final MeterRegistry registry;
    private final RedisOutcomes outcomes;

    /** The meter itself would not hold what it asks. */
    private volatile LongSupplier invalidations = () -> 0;

    RedisTelemetry(Telemetry telemetry, MeterRegistry registry, RedisOutcomes outcomes) {
        this.telemetry = telemetry;
        this.registry = registry;
        this.outcomes = outcomes;
    }

    /**
     * What is asked at each scrape, of the whole process; once.
     *
     * @param lookUps 0 where Redis replies and is asked, 1 where a few try, 2 where it is not
     * @param values the same of what it replies, which can be read or cannot
     * @param writes the same of writing
     */
    public void level(
            IntSupplier lookUps,
            IntSupplier values,
            IntSupplier writes,
            IntSupplier connections,
            LongSupplier pendingBytes) {
        breaker("lookups", lookUps);
        breaker("values", values);
        breaker("writes", writes);
        Gauge.builder(TernMeter.REDIS_CONNECTIONS.id(), connections::getAsInt)
                .description(TernMeter.REDIS_CONNECTIONS.meaning())
                .register(registry);
        Gauge.builder(TernMeter.REDIS_PENDING.id(), pendingBytes::getAsLong)
                .description(TernMeter.REDIS_PENDING.meaning())
                .baseUnit("bytes")
                .register(registry);
    }

    /**
     * What is asked at each scrape where Redis tells what goes; once.
     *
     * @param on 1 while it does, else 0
     */
    public void tracking(IntSupplier on, LongSupplier told) {
        invalidations = told;
        Gauge.builder(TernMeter.REDIS_TRACKING.id(), on::getAsInt)
                .description(TernMeter.REDIS_TRACKING.meaning())
                .register(registry);
        FunctionCounter.builder(TernMeter.REDIS_INVALIDATIONS.id(), this, it -> it.invalidations.getAsLong())
                .description(TernMeter.REDIS_INVALIDATIONS.meaning())
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
        String key = "redis\n" + model + '\n' + version;
        RedisMeters meters =
                telemetry.open(key, RedisMeters.class, () -> new RedisMeters(registry, outcomes, model, version));
        return new RedisRecorder(meters, () -> telemetry.close(key, meters));
    }
}
