package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.stream.IntStream;

/** The meters of one model version. The count of their users is guarded by {@link Telemetry}. */
final class ModelMeters extends MeterGroup {
    private static final String OUTCOME = "outcome";
    private static final String REASON = "reason";
    private static final String SUCCESS = "success";
    private static final String FAILURE = "failure";
    private static final String TERMINATED = "terminated";

    /** 1, 2, 4 … 1024 rows. */
    private static final double[] BATCH_BUCKETS =
            IntStream.rangeClosed(0, 10).mapToDouble(power -> 1 << power).toArray();

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

    ModelMeters(MeterRegistry registry, Outcomes outcomes, String model, String version) {
        super(registry, Tags.of("model", model, "version", version));
        succeeded = counter(TernMeter.REQUESTS, SUCCESS);
        failed = counters(TernMeter.REQUESTS, OUTCOME, outcomes.failures());
        requestDuration = timer(TernMeter.REQUEST_DURATION);
        queueDuration = timer(TernMeter.QUEUE_DURATION);
        executionsSucceeded = counter(TernMeter.EXECUTIONS, SUCCESS);
        executionsFailed = counter(TernMeter.EXECUTIONS, FAILURE);
        executionsTerminated = counter(TernMeter.EXECUTIONS, TERMINATED);
        runnersReplaced = counter(TernMeter.RUNNERS_REPLACED);
        executionDuration = timer(TernMeter.EXECUTION_DURATION);
        refused = counters(TernMeter.REFUSED, REASON, outcomes.refusals());
        dropped = counters(TernMeter.DROPPED, REASON, outcomes.drops());
        batchSize = summary(TernMeter.BATCH_SIZE, BATCH_BUCKETS);
        realElements = elements("real");
        paddingElements = elements("padding");
        gauge(TernMeter.MODEL_READY, () -> ready ? 1 : 0);
    }

    void ready(boolean value) {
        ready = value;
    }

    private Counter counter(TernMeter meter, String outcome) {
        return counter(meter, OUTCOME, outcome);
    }

    private Counter elements(String kind) {
        return counter(TernMeter.PADDED_ELEMENTS, "kind", kind);
    }
}
