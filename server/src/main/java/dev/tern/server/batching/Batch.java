package dev.tern.server.batching;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.RunPhases;
import dev.tern.server.engine.RunTerminatedException;
import dev.tern.server.engine.UnreadableInputException;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.predict.Together;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests that run together on one instance. When the run fails, the two halves are run apart, and so on down to
 * single requests, so that only those at fault get the error: at most twice as many runs as requests. Where an input
 * cannot be read any more, its request alone is left out.
 */
final class Batch implements RunPhases {
    private static final String DEFECT = "internal error while running the model";

    private final List<Entry> entries;
    private final Run run;
    private final Clock clock;
    private final BatchObserver observer;
    private final long units;
    private final int crowdedLevel;
    private long nanos;
    private long atLeastNanos;

    /** How far the execution under way has come; meaningless unless it tells. */
    private long gatheredNanos;

    private long computedNanos;
    private boolean tellsPhases;

    /**
     * @param units the work of the whole
     * @param crowdedLevel the level of which it could not take all that waited; 0 if it could
     */
    Batch(Run run, long units, int crowdedLevel, Clock clock, BatchObserver observer) {
        this.entries = run.batch();
        this.run = run;
        this.clock = clock;
        this.observer = observer;
        this.units = units;
        this.crowdedLevel = crowdedLevel;
    }

    /** Requests in it. */
    int size() {
        return entries.size();
    }

    /** The work of the whole. */
    long units() {
        return units;
    }

    /** The level of which it could not take all that waited; 0 if it could. */
    int crowdedLevel() {
        return crowdedLevel;
    }

    /** What the run took, clock to clock; 0 if it did not succeed as a whole or was told to end. */
    long nanos() {
        return nanos;
    }

    /** What the run would have taken at the least, if it was told to end; 0 if that is not known. */
    long atLeastNanos() {
        return atLeastNanos;
    }

    /** This batch as those see it who may cut it short. */
    Run asRun() {
        return run;
    }

    long earliestDeadlineNanos() {
        long earliest = Call.NO_DEADLINE;
        for (int i = 0; i < entries.size(); i++) {
            earliest = Math.min(earliest, entries.get(i).deadlineNanos());
        }
        return earliest;
    }

    /** Runs the requests and answers every one of them, whatever happens. */
    void run() {
        try {
            long now = clock.nanoTime();
            for (int i = 0; i < entries.size(); i++) {
                observer.waited(now - entries.get(i).enqueuedNanos());
            }
            run(entries);
        } finally {
            // Those whose callers went before their part of the batch was run among them.
            fail(entries, DEFECT, null);
        }
    }

    private void run(List<Entry> candidates) {
        List<Entry> part = awaited(candidates);
        if (part.isEmpty()) {
            return;
        }
        try {
            List<List<Tensor>> outputs = execute(part);
            Together.run(() -> succeed(part, outputs));
        } catch (RunTerminatedException e) {
            answer(part, run.overran() ? Failures.runTooLong() : Failures.runEnded(e));
        } catch (UnreadableInputException e) {
            leaveOut(part, e);
        } catch (EngineException e) {
            divide(part, e);
        } catch (RuntimeException | Error e) {
            fail(part, DEFECT, e);
        }
    }

    private static void succeed(List<Entry> part, List<List<Tensor>> outputs) {
        for (int i = 0; i < part.size(); i++) {
            part.get(i).succeed(outputs.get(i));
        }
    }

    /** Those of {@code part} that still wait: nothing is computed for the others. */
    private static List<Entry> awaited(List<Entry> part) {
        for (int i = 0; i < part.size(); i++) {
            if (!part.get(i).isAwaited()) {
                return part.stream().filter(Entry::isAwaited).toList();
            }
        }
        return part;
    }

    /** Runs those of {@code part} whose inputs may still be there. */
    private void leaveOut(List<Entry> part, UnreadableInputException reason) {
        int at = reason.item();
        answer(part.subList(at, at + 1), Failures.ofRun(reason));
        List<Entry> rest = new ArrayList<>(part);
        rest.remove(at);
        run(rest);
    }

    private void divide(List<Entry> part, EngineException reason) {
        if (part.size() == 1) {
            answer(part, Failures.ofRun(reason));
            return;
        }
        int half = part.size() / 2;
        run(part.subList(0, half));
        run(part.subList(half, part.size()));
    }

    private List<List<Tensor>> execute(List<Entry> part) throws EngineException {
        List<BatchItem> items = new ArrayList<>(part.size());
        int rows = 0;
        for (int i = 0; i < part.size(); i++) {
            items.add(part.get(i).item());
            rows += Math.max(1, part.get(i).rows());
        }
        long start = clock.nanoTime();
        boolean succeeded = false;
        tellsPhases = false;
        run.begin(part, start);
        try {
            List<List<Tensor>> outputs = run.instance().run(items, this);
            succeeded = true;
            return outputs;
        } finally {
            long end = clock.nanoTime();
            long took = end - start;
            boolean whole = part.size() == entries.size();
            if (run.end()) {
                atLeastNanos = whole ? took : 0;
                observer.terminated();
            } else {
                nanos = whole && succeeded ? took : 0;
                observer.executed(part.size(), rows, took, succeeded);
            }
            if (succeeded) {
                tell(
                        part,
                        rows,
                        tellsPhases
                                ? new RunTimes(start, gatheredNanos, computedNanos, end)
                                : new RunTimes(start, start, end, end));
            }
        }
    }

    @Override
    public void gathered() {
        gatheredNanos = clock.nanoTime();
    }

    @Override
    public void computed() {
        computedNanos = clock.nanoTime();
        tellsPhases = true;
    }

    private void tell(List<Entry> part, int batchSize, RunTimes times) {
        int requests = 0;
        int rows = 0;
        long queued = 0;
        for (int i = 0; i < part.size(); i++) {
            Entry each = part.get(i);
            if (each.isAwaited()) {
                requests++;
                rows += Math.max(1, each.rows());
                queued += times.startNanos() - each.enqueuedNanos();
                each.tellTrace(times);
            }
        }
        observer.computed(requests, rows, queued, batchSize, times);
    }

    /** Fails those of {@code part} that have no answer yet. */
    private static void fail(List<Entry> part, String message, @Nullable Throwable cause) {
        answer(part, new Failure(Kind.INTERNAL, message, cause));
    }

    private static void answer(List<Entry> part, Failure failure) {
        for (int i = 0; i < part.size(); i++) {
            part.get(i).fail(failure);
        }
    }
}
