package dev.tern.server.boot.warmup;

import dev.tern.server.batching.Batching;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs before the first request, and what they took: the scheduler begins with it. Used by one loader thread.
 *
 * <p>The first run of a size allocates, and was measured to take 3 to 10 times as long as the second; runs of a quick
 * model get faster for some hundred more, as the JVM compiles its way. So the median of the later half counts, and a first run only while
 * nothing better is known.
 */
public final class MeasuredRuns {
    /** Inputs of a run at the most: buffers keep the size of the largest one. */
    private static final long MOST_BYTES = 8L << 20;

    private static final int MOST_RUNS = 200;

    private final RunTiming timing;
    private final List<List<Tensor>> rows;
    private final int maxRows;
    private final List<Measured> measured = new ArrayList<>();

    /**
     * @param rows single rows, one of which the model may take; none where it is not to be tried
     * @param maxRows rows of a run at the most
     */
    public MeasuredRuns(RunTiming timing, List<List<Tensor>> rows, int maxRows) {
        this.timing = timing;
        this.rows = rows;
        this.maxRows = maxRows;
    }

    private record Measured(List<BatchItem> items, long nanos) {}

    /** Runs {@code items} so many times. The answers are not looked at. */
    void run(Instance instance, List<BatchItem> items, int count) throws EngineException {
        long unused = run(instance, items, count, count, Long.MAX_VALUE);
    }

    /** Returns what counts of what the runs took; stops when {@code nanos} have passed, but not before the first. */
    private long run(Instance instance, List<BatchItem> items, int least, int most, long nanos) throws EngineException {
        long start = now();
        List<Long> took = new ArrayList<>();
        long elapsed;
        do {
            took.add(timed(instance, items));
            elapsed = now() - start;
        } while (took.size() < most && elapsed < nanos && (took.size() < least || elapsed < timing.effort().sizeNanos));
        List<Long> later =
                took.subList(took.size() / 2, took.size()).stream().sorted().toList();
        long usual = later.get((later.size() - 1) / 2);
        if (took.size() > 1 || measured.isEmpty()) {
            measured.add(new Measured(items, usual));
        }
        return usual;
    }

    private long now() {
        return timing.nanos().getAsLong();
    }

    private long timed(Instance instance, List<BatchItem> items) throws EngineException {
        long start = now();
        List<List<Tensor>> answers = instance.run(items);
        long nanos = now() - start;
        answers.forEach(outputs -> outputs.forEach(output -> output.data().release()));
        return nanos;
    }

    /**
     * Runs batches of the first row that the model takes, of growing size, as far as time and memory allow: a size is
     * begun only if it can be expected to end within the budget.
     */
    public void runSizes(Instance instance) {
        boolean unused = rows.stream().anyMatch(row -> takes(instance, row));
    }

    private boolean takes(Instance instance, List<Tensor> row) {
        try {
            runSizes(instance, row);
            return true;
        } catch (EngineException e) {
            // The next may do; where none does, requests will show what runs take.
            return false;
        }
    }

    private void runSizes(Instance instance, List<Tensor> row) throws EngineException {
        long bytes = row.stream().mapToLong(tensor -> tensor.data().size()).sum();
        int mostRows = (int) Math.min(maxRows, Math.max(1, MOST_BYTES / Math.max(1, bytes)));
        long start = now();
        long likely = 0;
        Effort effort = timing.effort();
        long left = effort.budgetNanos;
        for (int size = 1; size <= mostRows && effort.leastRuns * likely < left; size = next(size, mostRows)) {
            List<BatchItem> items = Collections.nCopies(size, new BatchItem(1, row, List.of()));
            likely = 2 * run(instance, items, effort.leastRuns, MOST_RUNS, left);
            left = effort.budgetNanos - (now() - start);
        }
    }

    private static int next(int size, int mostRows) {
        return size == mostRows ? mostRows + 1 : Math.min(2 * size, mostRows);
    }

    /** Hands over what was measured. */
    public void tell(Batching batching) {
        measured.forEach(each -> batching.seed(each.items, each.nanos));
    }
}
