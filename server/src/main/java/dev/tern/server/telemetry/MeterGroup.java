package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
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
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Meters with common labels that come and go together. The count of their users is guarded by {@link Telemetry}. */
abstract class MeterGroup {
    /** Fixed, so that versions and replicas can be added up: 50 µs to 10 s. */
    private static final Duration[] TIME_BUCKETS = LongStream.of(
                    50,
                    100,
                    250,
                    500,
                    1_000,
                    2_500,
                    5_000,
                    10_000,
                    25_000,
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    5_000_000,
                    10_000_000)
            .mapToObj(micros -> Duration.ofNanos(1_000 * micros))
            .toArray(Duration[]::new);

    private final List<Meter> all = new ArrayList<>();
    private final MeterRegistry registry;
    private final Tags tags;
    private int users;

    MeterGroup(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    void retain() {
        users++;
    }

    /** Whether that was the last user. */
    boolean release() {
        users--;
        return users == 0;
    }

    void remove() {
        all.forEach(registry::remove);
    }

    /**
     * One for each constant of {@code values}, which is the label's value in lower case.
     *
     * @param labels further names and values, in turn
     */
    Map<Enum<?>, Counter> counters(TernMeter meter, String label, Class<? extends Enum<?>> values, String... labels) {
        return Arrays.stream(values.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(
                        value -> value,
                        value -> counter(
                                meter, Tags.of(labels).and(label, value.name().toLowerCase(Locale.ROOT)))));
    }

    /** @param labels further names and values, in turn */
    Counter counter(TernMeter meter, String... labels) {
        return counter(meter, Tags.of(labels));
    }

    private Counter counter(TernMeter meter, Tags labels) {
        return kept(Counter.builder(meter.id())
                .description(meter.meaning())
                .tags(tags.and(labels))
                .register(registry));
    }

    /** A timer of requests and runs. */
    Timer timer(TernMeter meter) {
        return timer(meter, TIME_BUCKETS);
    }

    /** @param labels further names and values, in turn */
    Timer timer(TernMeter meter, Duration[] buckets, String... labels) {
        return kept(Timer.builder(meter.id())
                .description(meter.meaning())
                .tags(tags.and(labels))
                .serviceLevelObjectives(buckets)
                .register(registry));
    }

    DistributionSummary summary(TernMeter meter, double[] buckets) {
        return kept(DistributionSummary.builder(meter.id())
                .description(meter.meaning())
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry));
    }

    /** @param labels further names and values, in turn */
    void gauge(TernMeter meter, DoubleSupplier value, String... labels) {
        gauge(meter, "", value, labels);
    }

    /**
     * As that, in a unit.
     *
     * @param unit empty for none
     */
    void gauge(TernMeter meter, String unit, DoubleSupplier value, String... labels) {
        Gauge unused = kept(Gauge.builder(meter.id(), value, DoubleSupplier::getAsDouble)
                .description(meter.meaning())
                .baseUnit(unit.isEmpty() ? null : unit)
                .tags(tags.and(labels))
                .strongReference(true)
                .register(registry));
    }

    private <M extends Meter> M kept(M meter) {
        all.add(meter);
        return meter;
    }
}
