package dev.tern.server.batching;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.DeadlineTimer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps an eye on one queue's runs: counts out callers whose deadline passes meanwhile, ends a run that takes longer than
 * any may, and gives up a run that goes on after it was told to end. Callers who leave tell the {@link Run} themselves.
 */
final class Watch {
    /** ONNX Runtime looks whether to end between two operators: one that takes longer than this is taken to hang. */
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long LOOK_INTERVAL_NANOS = 1_000_000;

    private final Clock clock;
    private final long maxRunNanos;
    private final Consumer<Run> onWrittenOff;
    private final DeadlineTimer deadlines;
    private final List<Run> runs = new ArrayList<>();

    /**
     * @param maxRunNanos what one execution may take; 0 for any time
     * @param onWrittenOff is told, on the timer's thread, of a run whose instance and runner are lost
     */
    Watch(Clock clock, long maxRunNanos, Consumer<Run> onWrittenOff) {
        this.clock = clock;
        this.maxRunNanos = maxRunNanos;
        this.onWrittenOff = onWrittenOff;
        this.deadlines = new DeadlineTimer(clock, LOOK_INTERVAL_NANOS, this::look);
    }

    /** @param earliestDeadlineNanos of the batch, or {@link Call#NO_DEADLINE} */
    void started(Run run, long earliestDeadlineNanos) {
        synchronized (runs) {
            runs.add(run);
        }
        if (earliestDeadlineNanos != Call.NO_DEADLINE) {
            deadlines.lookAt(earliestDeadlineNanos);
        }
    }

    void ended(Run run) {
        synchronized (runs) {
            runs.remove(run);
        }
    }

    /** When an execution that begins at {@code nowNanos} will be ended; {@link Call#NO_DEADLINE} for never. */
    long latestEndNanos(long nowNanos) {
        if (maxRunNanos == 0) {
            return Call.NO_DEADLINE;
        }
        long end = nowNanos + maxRunNanos;
        deadlines.lookAt(end);
        return end;
    }

    /** Nothing runs any more. */
    void close() {
        deadlines.close();
    }

    void terminated(Run run, int execution) {
        clock.schedule(clock.nanoTime() + GRACE_NANOS, () -> giveUp(run, execution));
    }

    private void giveUp(Run run, int execution) {
        switch (run.writeOff(execution)) {
            case ENDED -> {}
            case GOES_ON -> terminated(run, execution);
            case WRITTEN_OFF -> onWrittenOff.accept(run);
        }
    }

    private long look() {
        long earliest = Call.NO_DEADLINE;
        for (Run run : running()) {
            earliest = Math.min(earliest, run.expire(clock.nanoTime()));
        }
        return earliest;
    }

    private List<Run> running() {
        synchronized (runs) {
            return List.copyOf(runs);
        }
    }
}
