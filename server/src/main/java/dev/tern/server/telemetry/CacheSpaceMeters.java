package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What is kept of one model, of all its versions. */
final class CacheSpaceMeters extends MeterGroup {
    final LongAdder entries = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final Map<Enum<?>, Counter> evictions;

    CacheSpaceMeters(MeterRegistry registry, Class<? extends Enum<?>> causes, String model) {
        super(registry, Tags.of("model", model));
        evictions = counters(TernMeter.CACHE_EVICTIONS, "cause", causes);
        gauge(TernMeter.CACHE_ENTRIES, entries::sum);
        gauge(TernMeter.CACHE_MEMORY, "bytes", bytes::sum);
    }
}
