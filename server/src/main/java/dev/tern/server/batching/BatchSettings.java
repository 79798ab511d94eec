package dev.tern.server.batching;

import java.util.List;

/**
 * How one model's requests are batched.
 *
 * @param maxBatchSize rows in one run at the most; 0 for a model without a batch dimension
 * @param dynamic whether requests may share a run; otherwise each runs alone
 * @param preferredBatchSizes row counts that are sent at once when met exactly, ascending
 * @param maxQueueDelayNanos how long the oldest request may wait for others while an instance is free; 0 never waits
 */
public record BatchSettings(
        int maxBatchSize, boolean dynamic, List<Integer> preferredBatchSizes, long maxQueueDelayNanos) {
    private static final int NANOS_PER_MICRO = 1000;

    public BatchSettings {
        preferredBatchSizes = preferredBatchSizes.stream().sorted().toList();
        if (dynamic && maxBatchSize < 1) {
            throw new IllegalArgumentException("max_batch_size: " + maxBatchSize + " (expected: >= 1 to batch)");
        }
    }

    /** Each request runs alone. */
    public static BatchSettings unbatched(int maxBatchSize) {
        return new BatchSettings(maxBatchSize, false, List.of(), 0);
    }

    boolean prefers(int rows) {
        return preferredBatchSizes.contains(rows);
    }

    @Override
    public String toString() {
        return dynamic
                ? "up to " + maxBatchSize + " rows, preferred " + preferredBatchSizes + ", delay "
                        + maxQueueDelayNanos / NANOS_PER_MICRO + " us"
                : "one request a run";
    }

    /** The row count beyond which nothing is waited for: the largest preferred one; without any, the maximum. */
    int largestPreferred() {
        return preferredBatchSizes.isEmpty() ? maxBatchSize : preferredBatchSizes.get(preferredBatchSizes.size() - 1);
    }
}
