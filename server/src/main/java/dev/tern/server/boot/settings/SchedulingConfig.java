package dev.tern.server.boot.settings;

import static dev.tern.server.repository.config.ParameterKeys.BATCHING_LATENCY_OBJECTIVE_MS;
import static dev.tern.server.repository.config.ParameterKeys.BATCHING_LATENCY_PERCENTILE;
import static dev.tern.server.repository.config.ParameterKeys.BATCHING_MAX_PADDED_ELEMENTS;
import static dev.tern.server.repository.config.ParameterKeys.BATCHING_MODE;
import static dev.tern.server.repository.config.ParameterKeys.MAX_EXECUTION_MS;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelDynamicBatching;
import dev.tern.proto.inference.ModelQueuePolicy;
import dev.tern.server.batching.policy.AdaptiveSettings;
import dev.tern.server.batching.policy.QueuePolicy;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import dev.tern.server.batching.policy.SchedulerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a model's configuration says about its scheduling. Reads configurations that were checked. */
final class SchedulingConfig {
    private static final double NANOS_PER_MILLI = 1e6;
    /** Far from where sums of times overflow. */
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(3650);

    private final ModelConfig config;
    private final ModelParameters parameters;

    SchedulingConfig(ModelConfig config) {
        this.config = config;
        this.parameters = new ModelParameters(config);
    }

    SchedulerSettings settings(int defaultMaxQueueSize, Duration maxExecution) {
        SchedulerSettings settings = config.hasDynamicBatching()
                ? dynamic(config.getDynamicBatching(), defaultMaxQueueSize)
                : SchedulerSettings.unbatched(config.getMaxBatchSize())
                        .withLevels(List.of(QueuePolicy.UNBOUNDED.withMaxQueueSize(defaultMaxQueueSize)), 1);
        double maxExecutionMs = parameters.number(MAX_EXECUTION_MS, (double) maxExecution.toMillis());
        double percentile = parameters.number(BATCHING_LATENCY_PERCENTILE, SchedulerSettings.USUAL_PERCENTILE);
        settings = settings.withObjective(objectiveNanos(), percentile)
                .withMaxExecution(Math.round(maxExecutionMs * NANOS_PER_MILLI))
                .withMaxPaddedUnits((long) parameters.number(BATCHING_MAX_PADDED_ELEMENTS, 0));
        boolean adaptive =
                config.hasDynamicBatching() && parameters.text(BATCHING_MODE).equals("adaptive");
        return adaptive ? settings.adaptive(new AdaptiveSettings(objectiveNanos(), percentile)) : settings;
    }

    private SchedulerSettings dynamic(ModelDynamicBatching batching, int defaultMaxQueueSize) {
        QueuePolicy otherwise = policy(batching.getDefaultQueuePolicy(), defaultMaxQueueSize);
        List<QueuePolicy> levels = new ArrayList<>();
        for (int level = 1; level <= Math.max(1, batching.getPriorityLevels()); level++) {
            ModelQueuePolicy own = batching.getPriorityQueuePolicyMap().get((long) level);
            levels.add(own == null ? otherwise : policy(own, defaultMaxQueueSize));
        }
        return SchedulerSettings.window(
                        config.getMaxBatchSize(),
                        batching.getPreferredBatchSizeList(),
                        nanos(batching.getMaxQueueDelayMicroseconds()))
                .withLevels(levels, Math.max(1, (int) batching.getDefaultPriorityLevel()))
                .withOrdering(batching.getPreserveOrdering());
    }

    private static QueuePolicy policy(ModelQueuePolicy policy, int defaultMaxQueueSize) {
        return new QueuePolicy(
                policy.getTimeoutAction() == ModelQueuePolicy.TimeoutAction.DELAY
                        ? TimeoutAction.DELAY
                        : TimeoutAction.REJECT,
                timeoutNanos(policy.getDefaultTimeoutMicroseconds()),
                policy.getAllowTimeoutOverride(),
                policy.getMaxQueueSize() == 0 ? defaultMaxQueueSize : size(policy.getMaxQueueSize()));
    }

    /** The fields are unsigned in the configuration: what looks negative here is very large. */
    private static int size(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }

    /** Nobody waits for years: such a timeout is none. */
    private static long timeoutNanos(long micros) {
        return nanos(micros) == LONGEST_NANOS ? 0 : nanos(micros);
    }

    private static long nanos(long micros) {
        return micros < 0 ? LONGEST_NANOS : Math.min(LONGEST_NANOS, TimeUnit.MICROSECONDS.toNanos(micros));
    }

    private long objectiveNanos() {
        return Math.round(parameters.number(BATCHING_LATENCY_OBJECTIVE_MS, 0) * NANOS_PER_MILLI);
    }
}
