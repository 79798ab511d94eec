package dev.tern.server.batching.policy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How one model's requests are scheduled.
 *
 * @param maxBatchSize rows in one run at the most; 0 for a model without a batch dimension
 * @param dynamic whether requests may share a run; otherwise each runs alone
 * @param preferredBatchSizes row counts that are sent at once when met exactly, ascending
 * @param maxQueueDelayNanos how long the oldest request may wait for others while an instance is free; 0 never waits
 * @param preserveOrdering whether answers leave in the order in which requests came
 * @param levels the queue policy of each priority level, the highest level first; at least one
 * @param defaultLevel the level of requests that name none, from 1
 * @param maxPaddedUnits work in one run at the most; 0 for any. One request alone may be more
 * @param sumsWork whether the work of a run is the sum of its requests'; else its rows are filled up to the longest
 * @param objectiveNanos latency that a request is to be answered in, 0 for none: what cannot be is refused
 * @param objectivePercentile of the requests that are let in, how many are to keep it; above 0, below 100
 * @param maxExecutionNanos what one run may take before it is ended; 0 for any time
 * @param adaptive what to hold where the scheduler finds window and batch size itself; null for the fixed window
 */
public record SchedulerSettings(
        int maxBatchSize,
        boolean dynamic,
        List<Integer> preferredBatchSizes,
        long maxQueueDelayNanos,
        boolean preserveOrdering,
        List<QueuePolicy> levels,
        int defaultLevel,
        long maxPaddedUnits,
        boolean sumsWork,
        long objectiveNanos,
        double objectivePercentile,
        long maxExecutionNanos,
        @Nullable AdaptiveSettings adaptive) {

    /** Which percentile is to keep an objective where none is named. */
    public static final double USUAL_PERCENTILE = 99;

    private static final double ALL = 100;

    public SchedulerSettings {
        preferredBatchSizes = preferredBatchSizes.stream().sorted().toList();
        levels = List.copyOf(levels);
        if (dynamic && maxBatchSize < 1) {
            throw new IllegalArgumentException("max_batch_size: " + maxBatchSize + " (expected: >= 1 to batch)");
        }
        if (!(objectivePercentile > 0 && objectivePercentile < ALL)) {
            throw new IllegalArgumentException(
                    "latency percentile: " + objectivePercentile + " (expected: > 0 and < 100)");
        }
        if (levels.isEmpty() || defaultLevel < 1 || defaultLevel > levels.size()) {
            throw new IllegalArgumentException(
                    "default_priority_level: " + defaultLevel + " (expected: 1 to " + levels.size() + ")");
        }
    }

    /** Each request runs alone, in order. */
    public static SchedulerSettings unbatched(int maxBatchSize) {
        return new Draft(maxBatchSize, false, List.of(), 0).finished();
    }

    /** One level, unbounded, with a fixed window. */
    public static SchedulerSettings window(int maxBatchSize, List<Integer> preferred, long maxQueueDelayNanos) {
        return new Draft(maxBatchSize, true, preferred, maxQueueDelayNanos).finished();
    }

    /** The same with other queue policies, the highest level first. */
    public SchedulerSettings withLevels(List<QueuePolicy> policies, int defaultPriorityLevel) {
        return but(draft -> {
            draft.levels = policies;
            draft.defaultLevel = defaultPriorityLevel;
        });
    }

    /** The same, finding window and batch size itself. */
    public SchedulerSettings adaptive(AdaptiveSettings settings) {
        return but(draft -> {
            draft.preferredBatchSizes = List.of();
            draft.maxQueueDelayNanos = 0;
            draft.objectiveNanos = settings.objectiveNanos();
            draft.objectivePercentile = settings.percentile();
            draft.adaptive = settings;
        });
    }

    /** The same, refusing what cannot be answered within {@code nanos}, so that {@code percentile} of the others are; 0 for none. */
    public SchedulerSettings withObjective(long nanos, double percentile) {
        return but(draft -> {
            draft.objectiveNanos = nanos;
            draft.objectivePercentile = percentile;
        });
    }

    /** The same with at the most {@code units} of work in a run; 0 for any. */
    public SchedulerSettings withMaxPaddedUnits(long units) {
        return but(draft -> draft.maxPaddedUnits = units);
    }

    /** The same for requests that are not filled up to each other's length. */
    public SchedulerSettings withSummedWork(boolean sums) {
        return but(draft -> draft.sumsWork = sums);
    }

    /** The work of a run of {@code requests}. */
    public long work(List<? extends Waiting> requests) {
        long rows = 0;
        long longest = 1;
        long sum = 0;
        for (int i = 0; i < requests.size(); i++) {
            Waiting each = requests.get(i);
            rows += each.rows();
            longest = Math.max(longest, each.unitsPerRow());
            sum += each.rows() * each.unitsPerRow();
        }
        return Math.max(1, sumsWork ? sum : rows * longest);
    }

    /** The same, with answers in the order of the requests or not. */
    public SchedulerSettings withOrdering(boolean preserved) {
        return but(draft -> draft.preserveOrdering = preserved);
    }

    /** The same, ending runs that take longer than {@code nanos}; 0 for none. */
    public SchedulerSettings withMaxExecution(long nanos) {
        return but(draft -> draft.maxExecutionNanos = nanos);
    }

    private SchedulerSettings but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** Settings in the making. */
    private static final class Draft {
        private final int maxBatchSize;
        private final boolean dynamic;
        private List<Integer> preferredBatchSizes;
        private long maxQueueDelayNanos;
        private boolean preserveOrdering;
        private List<QueuePolicy> levels = List.of(QueuePolicy.UNBOUNDED);
        private int defaultLevel = 1;
        private long maxPaddedUnits;
        private boolean sumsWork;
        private long objectiveNanos;
        private double objectivePercentile = USUAL_PERCENTILE;
        private long maxExecutionNanos;
        private @Nullable AdaptiveSettings adaptive;

        Draft(int maxBatchSize, boolean dynamic, List<Integer> preferredBatchSizes, long maxQueueDelayNanos) {
            this.maxBatchSize = maxBatchSize;
            this.dynamic = dynamic;
            this.preferredBatchSizes = preferredBatchSizes;
            this.maxQueueDelayNanos = maxQueueDelayNanos;
        }

        Draft(SchedulerSettings from) {
            this(from.maxBatchSize, from.dynamic, from.preferredBatchSizes, from.maxQueueDelayNanos);
            preserveOrdering = from.preserveOrdering;
            levels = from.levels;
            defaultLevel = from.defaultLevel;
            maxPaddedUnits = from.maxPaddedUnits;
            sumsWork = from.sumsWork;
            objectiveNanos = from.objectiveNanos;
            objectivePercentile = from.objectivePercentile;
            maxExecutionNanos = from.maxExecutionNanos;
            adaptive = from.adaptive;
        }

        SchedulerSettings finished() {
            return new SchedulerSettings(
                    maxBatchSize,
                    dynamic,
                    preferredBatchSizes,
                    maxQueueDelayNanos,
                    preserveOrdering,
                    levels,
                    defaultLevel,
                    maxPaddedUnits,
                    sumsWork,
                    objectiveNanos,
                    objectivePercentile,
                    maxExecutionNanos,
                    adaptive);
        }
    }

    /** The level that a request runs at: the one it names if there is such, else the default. */
    public int level(long asked) {
        return asked >= 1 && asked <= levels.size() ? (int) asked : defaultLevel;
    }

    /** The policy of a level, from 1. */
    public QueuePolicy policy(int level) {
        return levels.get(level - 1);
    }

    boolean prefers(int rows) {
        return preferredBatchSizes.contains(rows);
    }

    /** The row count beyond which nothing is waited for: the largest preferred one; without any, the maximum. */
    int largestPreferred() {
        return preferredBatchSizes.isEmpty() ? maxBatchSize : preferredBatchSizes.get(preferredBatchSizes.size() - 1);
    }

    @Override
    public String toString() {
        if (!dynamic) {
            return "one request a run";
        }
        String window = adaptive == null
                ? "preferred " + preferredBatchSizes + ", delay " + TimeUnit.NANOSECONDS.toMicros(maxQueueDelayNanos)
                        + " us"
                : "adaptive"
                        + (objectiveNanos == 0
                                ? ""
                                : ", p" + adaptive.percentile() + " within "
                                        + TimeUnit.NANOSECONDS.toMicros(objectiveNanos) + " us");
        return "up to " + maxBatchSize + " rows, " + window
                + (levels.size() > 1 ? ", " + levels.size() + " priority levels" : "");
    }
}
