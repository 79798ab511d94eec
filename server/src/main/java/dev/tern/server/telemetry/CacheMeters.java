package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;

/** The response cache of one model version. */
final class CacheMeters extends MeterGroup {
    /** 0.5 µs to 10 ms. */
    private static final Duration[] LOOKUP_BUCKETS = LongStream.of(
                    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 10_000_000)
            .mapToObj(Duration::ofNanos)
            .toArray(Duration[]::new);

    private static final String LEVEL = "level";
    private static final String OUTCOME = "outcome";
    private static final String CONTROL = "control";

    final Counter hits;
    final Counter misses;
    final Timer hitDuration;
    final Timer missDuration;
    final Timer insertDuration;
    final Counter tooLarge;
    final Counter coalesced;
    final Counter nearRows;
    final Counter farRows;
    final Counter computedRows;
    final Counter repeatedRows;
    final Counter bypassed;
    final Counter refreshed;
    final Counter spared;

    CacheMeters(MeterRegistry registry, String model, String version) {
        super(registry, Tags.of("model", model, "version", version));
        hits = counter(TernMeter.CACHE_LOOKUPS, LEVEL, "l1", OUTCOME, "hit");
        misses = counter(TernMeter.CACHE_LOOKUPS, LEVEL, "l1", OUTCOME, "miss");
        hitDuration = timer(TernMeter.CACHE_LOOKUP_DURATION, LOOKUP_BUCKETS, LEVEL, "l1", OUTCOME, "hit");
        missDuration = timer(TernMeter.CACHE_LOOKUP_DURATION, LOOKUP_BUCKETS, LEVEL, "l1", OUTCOME, "miss");
        insertDuration = timer(TernMeter.CACHE_INSERT_DURATION, LOOKUP_BUCKETS, LEVEL, "l1");
        tooLarge = counter(TernMeter.CACHE_TOO_LARGE);
        coalesced = counter(TernMeter.CACHE_COALESCED);
        nearRows = counter(TernMeter.CACHE_ROWS, OUTCOME, "l1");
        farRows = counter(TernMeter.CACHE_ROWS, OUTCOME, "l2");
        computedRows = counter(TernMeter.CACHE_ROWS, OUTCOME, "computed");
        repeatedRows = counter(TernMeter.CACHE_ROWS, OUTCOME, "repeated");
        bypassed = counter(TernMeter.CACHE_UNASKED, CONTROL, "bypass");
        refreshed = counter(TernMeter.CACHE_UNASKED, CONTROL, "refresh");
        spared = counter(TernMeter.CACHE_UNASKED, CONTROL, "spared");
    }
}
