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
    private volatile boolean ready;
    private int users;

    ModelMeters(MeterRegistry registry, Class<? extends Enum<?>> failureKinds, String model, String version) {
        this.registry = registry;
        this.tags = Tags.of("model", model, "version", version);
        succeeded = counter(TernMeter.REQUESTS, SUCCESS);
        failed = Arrays.stream(failureKinds.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(kind -> kind, this::failures));
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
        batchSize = kept(DistributionSummary.builder(TernMeter.BATCH_SIZE.id())
                .description(TernMeter.BATCH_SIZE.meaning())
                .tags(tags)
                .serviceLevelObjectives(BATCH_BUCKETS)
                .register(registry));
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

    private Counter failures(Enum<?> kind) {
        return counter(TernMeter.REQUESTS, kind.name().toLowerCase(Locale.ROOT));
    }

    private Counter counter(TernMeter meter, String outcome) {
        return kept(Counter.builder(meter.id())
                .description(meter.meaning())
                .tags(tags.and(OUTCOME, outcome))
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
