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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The meters of one model version. The count of their users is guarded by {@link Telemetry}. */
final class ModelMeters {
    private static final String OUTCOME = "outcome";
    private static final String REASON = "reason";
    private static final String SUCCESS = "success";
    private static final String FAILURE = "failure";
    private static final String TERMINATED = "terminated";

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

    /** 1, 2, 4 … 1024 rows. */
    private static final double[] BATCH_BUCKETS =
            IntStream.rangeClosed(0, 10).mapToDouble(power -> 1 << power).toArray();

    private final List<Meter> all = new ArrayList<>();
    private final MeterRegistry registry;
    private final Tags tags;

    final Counter succeeded;
    final Map<Enum<?>, Counter> failed;
    final Timer requestDuration;
    final Timer queueDuration;
    final Counter executionsSucceeded;
    final Counter executionsFailed;
    final Counter executionsTerminated;
    final Counter runnersReplaced;
    final Timer executionDuration;
    final DistributionSummary batchSize;
    final Map<Enum<?>, Counter> refused;
    final Map<Enum<?>, Counter> dropped;
    final Counter realElements;
    final Counter paddingElements;
    private volatile boolean ready;
    private int users;

    ModelMeters(MeterRegistry registry, Outcomes outcomes, String model, String version) {
        this.registry = registry;
        this.tags = Tags.of("model", model, "version", version);
        succeeded = counter(TernMeter.REQUESTS, SUCCESS);
        failed = counters(TernMeter.REQUESTS, OUTCOME, outcomes.failures());
        requestDuration = timer(TernMeter.REQUEST_DURATION);
        queueDuration = timer(TernMeter.QUEUE_DURATION);
        executionsSucceeded = counter(TernMeter.EXECUTIONS, SUCCESS);
        executionsFailed = counter(TernMeter.EXECUTIONS, FAILURE);
        executionsTerminated = counter(TernMeter.EXECUTIONS, TERMINATED);
        runnersReplaced = kept(Counter.builder(TernMeter.RUNNERS_REPLACED.id())
                .description(TernMeter.RUNNERS_REPLACED.meaning())
                .tags(tags)
                .register(registry));
        executionDuration = timer(TernMeter.EXECUTION_DURATION);
        refused = counters(TernMeter.REFUSED, REASON, outcomes.refusals());
        dropped = counters(TernMeter.DROPPED, REASON, outcomes.drops());
        batchSize = kept(DistributionSummary.builder(TernMeter.BATCH_SIZE.id())
                .description(TernMeter.BATCH_SIZE.meaning())
                .tags(tags)
                .serviceLevelObjectives(BATCH_BUCKETS)
                .register(registry));
        realElements = elements("real");
        paddingElements = elements("padding");
        kept(Gauge.builder(TernMeter.MODEL_READY.id(), this, meters -> meters.ready ? 1 : 0)
                .description(TernMeter.MODEL_READY.meaning())
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    void ready(boolean value) {
        ready = value;
    }

    void retain() {
        users++;
    }

    /** Whether that was the last user. */
    boolean release() {
        users--;
        return users == 0;
    }

    void removeFrom(MeterRegistry from) {
        all.forEach(from::remove);
    }

    private Map<Enum<?>, Counter> counters(TernMeter meter, String label, Class<? extends Enum<?>> values) {
        return Arrays.stream(values.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(
                        value -> value,
                        value -> counter(meter, label, value.name().toLowerCase(Locale.ROOT))));
    }

    private Counter counter(TernMeter meter, String outcome) {
        return counter(meter, OUTCOME, outcome);
    }

    private Counter counter(TernMeter meter, String label, String value) {
        return kept(Counter.builder(meter.id())
                .description(meter.meaning())
                .tags(tags.and(label, value))
                .register(registry));
    }

    private Counter elements(String kind) {
        return kept(Counter.builder(TernMeter.PADDED_ELEMENTS.id())
                .description(TernMeter.PADDED_ELEMENTS.meaning())
                .tags(tags.and("kind", kind))
                .register(registry));
    }

    private Timer timer(TernMeter meter) {
        return kept(Timer.builder(meter.id())
                .description(meter.meaning())
                .tags(tags)
                .serviceLevelObjectives(TIME_BUCKETS)
                .register(registry));
    }

    private <M extends Meter> M kept(M meter) {
        all.add(meter);
        return meter;
    }
}
