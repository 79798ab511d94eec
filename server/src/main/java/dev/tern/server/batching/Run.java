package dev.tern.server.batching;

import dev.tern.server.engine.Instance;
import dev.tern.server.predict.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch's way through its instance, as those see it who may cut it short: callers that leave, and the {@link Watch}.
 *
 * <p>The lock sees to it that nothing is done to an instance, or to its runner, for a run that has ended already.
 */
final class Run {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final List<Entry> batch;
    private final Lane lane;
    private final Instance instance;
    private final Watch watch;
    private final Thread runner = Thread.currentThread();

    /** Who waits for the execution under way; empty between executions. */
    private List<Entry> part = List.of();

    private int executions;

    private long beganNanos;

    /** When the execution under way must have ended; {@link Call#NO_DEADLINE} for any time. */
    private long latestEndNanos = Call.NO_DEADLINE;

    private boolean overran;
    private boolean terminated;
    private boolean writtenOff;
    private @Nullable Instance successor;

    /** To be made on the runner's thread. */
    Run(List<Entry> batch, Lane lane, Instance instance, Watch watch) {
        this.batch = batch;
        this.lane = lane;
        this.instance = instance;
        this.watch = watch;
    }

    Lane lane() {
        return lane;
    }

    Instance instance() {
        return instance;
    }

    /** The whole batch, of which an execution may be for a part. */
    List<Entry> batch() {
        return batch;
    }

    /** An execution for {@code entries} begins at {@code nowNanos}; by the runner. */
    synchronized void begin(List<Entry> entries, long nowNanos) {
        part = entries;
        beganNanos = nowNanos;
        executions++;
        overran = false;
        latestEndNanos = watch.latestEndNanos(nowNanos);
        if (isForNobody()) {
            terminate();
        }
    }

    /** The execution has ended; whether it was told to. By the runner, before the instance is used for anything else. */
    synchronized boolean end() {
        boolean was = terminated;
        part = List.of();
        terminated = false;
        if (was) {
            instance.rearm();
        }
        return was;
    }

    /** A caller of this batch has gone: nothing is computed for nobody. Any thread. */
    synchronized void callerLeft() {
        if (isForNobody()) {
            terminate();
        }
    }

    /** Tells the execution under way, if there is one, to end; under the lock. */
    private void terminate() {
        if (!part.isEmpty() && !terminated) {
            terminated = true;
            instance.terminate();
            watch.terminated(this, executions);
        }
    }

    /** Whether the last execution was told to end as it took too long. */
    synchronized boolean overran() {
        return overran;
    }

    /** Ends the execution under way if it takes too long; when it will, if it does not. */
    private synchronized long endIfTooLong(long nowNanos) {
        if (part.isEmpty() || terminated || latestEndNanos == Call.NO_DEADLINE) {
            return Call.NO_DEADLINE;
        }
        if (nowNanos - latestEndNanos < 0) {
            return latestEndNanos;
        }
        overran = true;
        terminate();
        return Call.NO_DEADLINE;
    }

    /** Those whom the execution under way is for: what an overrun is answered with is for them. */
    synchronized List<Entry> part() {
        return part;
    }

    /** How long the execution under way has gone on; 0 if it is not for the whole batch. */
    synchronized long elapsedNanos(long nowNanos) {
        return part.size() == batch.size() ? nowNanos - beganNanos : 0;
    }

    /** For how long the execution under way has gone on, if it is for {@code entry}; else 0. */
    synchronized long ranNanos(Entry entry, long nowNanos) {
        return part.contains(entry) ? nowNanos - beganNanos : 0;
    }

    private boolean isForNobody() {
        for (int i = 0; i < part.size(); i++) {
            if (part.get(i).isAwaited()) {
                return false;
            }
        }
        return !part.isEmpty();
    }

    /**
     * Counts out the callers whose time is up or who have gone, which may end the execution, and ends one that takes too
     * long; when to look again.
     */
    long expire(long nowNanos) {
        long earliest = endIfTooLong(nowNanos);
        for (Entry entry : batch) {
            entry.leaveRun(nowNanos);
            if (entry.isAwaited()) {
                earliest = Math.min(earliest, entry.deadlineNanos());
            }
        }
        return earliest;
    }

    /**
     * Gives up {@code execution}, which was told to end: its runner is replaced, and so is the instance, which will not
     * be used again.
     */
    synchronized Fate writeOff(int execution) {
        if (!terminated || execution != executions) {
            return Fate.ENDED;
        }
        writtenOff = lane.seat().replaceRunner(runner);
        if (writtenOff) {
            // Now, while the lock keeps the execution from ending: the model may close with its last instance.
            successor = another();
        }
        return writtenOff ? Fate.WRITTEN_OFF : Fate.GOES_ON;
    }

    private @Nullable Instance another() {
        try {
            return instance.another();
        } catch (RuntimeException | Error e) {
            // The callers must be answered all the same.
            LOG.error("No instance can take the place of one that hangs: the model goes on with one fewer", e);
            return null;
        }
    }

    /** What has become of an execution that was told to end. */
    enum Fate {
        ENDED,
        GOES_ON,
        WRITTEN_OFF
    }

    /** Whether the batch's instance and runner are not waited for any more. */
    synchronized boolean isWrittenOff() {
        return writtenOff;
    }

    /** What takes the place of an instance that was written off; null if the model can have no other. */
    synchronized @Nullable Instance successor() {
        return successor;
    }
}
