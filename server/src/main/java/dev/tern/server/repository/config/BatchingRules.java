package dev.tern.server.repository.config;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelDynamicBatching;
import dev.tern.proto.inference.ModelParameter;
import dev.tern.proto.inference.ModelQueuePolicy;
import java.util.TreeSet;

/** Batch sizes, priorities and queue policies. */
final class BatchingRules {
    /** Each level has a queue of its own. */
    private static final long MAX_LEVELS = 1000;

    private BatchingRules() {}

    static void check(ModelConfig config, boolean batchSizeKnown, Problems problems) {
        problems.errorIf(
                config.getMaxBatchSize() < 0,
                "max_batch_size",
                config.getMaxBatchSize() + " is not allowed; must be >= 0, 0 for no batching");
        checkSplitting(config, batchSizeKnown, problems);
        if (config.hasDynamicBatching()) {
            checkPreferred(config, batchSizeKnown, problems);
            checkPriorities(config.getDynamicBatching(), problems);
            checkOrdering(config.getDynamicBatching(), problems);
        }
    }

    private static void checkSplitting(ModelConfig config, boolean batchSizeKnown, Problems problems) {
        String splits = config.getParametersOrDefault(
                        ParameterKeys.SPLIT_LARGE_REQUESTS, ModelParameter.getDefaultInstance())
                .getStringValue();
        problems.errorIf(
                splits.equals("true") && batchSizeKnown && config.getMaxBatchSize() == 0,
                "parameters[" + ParameterKeys.SPLIT_LARGE_REQUESTS + "]",
                "'true' is not allowed where max_batch_size is 0; must be false, or max_batch_size > 0");
    }

    private static void checkPreferred(ModelConfig config, boolean batchSizeKnown, Problems problems) {
        int max = batchSizeKnown ? config.getMaxBatchSize() : Integer.MAX_VALUE;
        for (int size : config.getDynamicBatching().getPreferredBatchSizeList()) {
            problems.errorIf(
                    size < 1 || size > max,
                    "dynamic_batching.preferred_batch_size",
                    size + " is not allowed; must be from 1 to max_batch_size"
                            + (batchSizeKnown ? " (" + max + ")" : ""));
        }
    }

    private static void checkPriorities(ModelDynamicBatching batching, Problems problems) {
        long levels = batching.getPriorityLevels();
        long defaultLevel = batching.getDefaultPriorityLevel();
        problems.errorIf(
                Long.compareUnsigned(levels, MAX_LEVELS) > 0,
                "dynamic_batching.priority_levels",
                text(levels) + " is not allowed; must be from 0 to " + MAX_LEVELS);
        String allowed = levels == 0 ? "; must be 0 as priority_levels is 0" : "; must be from 1 to " + text(levels);
        boolean allowedDefault = levels == 0 ? defaultLevel == 0 : isLevel(defaultLevel, levels);
        problems.errorIf(
                !allowedDefault,
                "dynamic_batching.default_priority_level",
                text(defaultLevel) + " is not allowed" + allowed);
        for (long level : new TreeSet<>(batching.getPriorityQueuePolicyMap().keySet())) {
            problems.errorIf(
                    !isLevel(level, levels),
                    "dynamic_batching.priority_queue_policy",
                    "key " + text(level) + " is not allowed; must be from 1 to priority_levels (" + text(levels) + ")");
        }
    }

    private static void checkOrdering(ModelDynamicBatching batching, Problems problems) {
        if (!batching.getPreserveOrdering()) {
            return;
        }
        problems.errorIf(
                Long.compareUnsigned(batching.getPriorityLevels(), 1) > 0,
                "dynamic_batching.preserve_ordering",
                "is possible only with one priority level, priority_levels is " + text(batching.getPriorityLevels()));
        boolean delays = delays(batching.getDefaultQueuePolicy())
                || batching.getPriorityQueuePolicyMap().values().stream().anyMatch(BatchingRules::delays);
        problems.errorIf(
                delays,
                "dynamic_batching.preserve_ordering",
                "is not possible with a queue policy's timeout_action DELAY");
    }

    private static boolean delays(ModelQueuePolicy policy) {
        return policy.getTimeoutAction() == ModelQueuePolicy.TimeoutAction.DELAY;
    }

    /** Levels are unsigned: a negative value here is a very large one. */
    private static boolean isLevel(long level, long levels) {
        return level != 0 && Long.compareUnsigned(level, levels) <= 0;
    }

    private static String text(long unsigned) {
        return Long.toUnsignedString(unsigned);
    }
}
