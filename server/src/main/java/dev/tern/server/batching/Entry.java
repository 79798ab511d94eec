package dev.tern.server.batching;

import dev.tern.server.batching.policy.Admission;
import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.Waiting;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.RequestTrace;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request in the waiting room: QUEUED, then TAKEN by a runner or DONE without a run.
 *
 * <p>The runner, the timer and the caller's cancellation compete by compare-and-set; whoever wins answers the request.
 * Once TAKEN it is answered when its run has ended, even if its caller has gone before: until then the run may read its
 * inputs and needs the model to stay loaded.
 */
final class Entry implements Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Entry.class);

    /** In place of an object for each request. */
    private static final AtomicIntegerFieldUpdater<Entry> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Entry.class, "state");

    private static final int QUEUED = 0;
    private static final int TAKEN = 1;
    private static final int DONE = 2;

    private final InferenceRequest request;
    private final Reply reply;
    private final BatchItem item;
    private final Object group;
    private final long unitsPerRow;
    private final int level;
    private final long enqueuedNanos;
    private final long timeoutNanos;
    private final Admission admission;
    private volatile int state = QUEUED;
    private volatile @Nullable Run run;
    private volatile @Nullable Failure gone;

    /**
     * @param rows rows it brings
     * @param group requests of equal groups may share a run
     * @param admission has let it in and is told when it waits no more
     */
    Entry(
            InferenceRequest request,
            Reply reply,
            int rows,
            Object group,
            long unitsPerRow,
            int level,
            long enqueuedNanos,
            long timeoutNanos,
            Admission admission) {
        this.request = request;
        this.reply = reply;
        this.item = new BatchItem(rows, request.inputs(), request.outputs());
        this.group = group;
        this.unitsPerRow = unitsPerRow;
        this.level = level;
        this.enqueuedNanos = enqueuedNanos;
        this.timeoutNanos = timeoutNanos;
        this.admission = admission;
    }

    BatchItem item() {
        return item;
    }

    @Override
    public int rows() {
        return item.rows();
    }

    @Override
    public long enqueuedNanos() {
        return enqueuedNanos;
    }

    @Override
    public long deadlineNanos() {
        return request.call().deadlineNanos();
    }

    @Override
    public long unitsPerRow() {
        return unitsPerRow;
    }

    @Override
    public Object group() {
        return group;
    }

    @Override
    public int level() {
        return level;
    }

    @Override
    public long timeoutNanos() {
        return timeoutNanos;
    }

    @Override
    public boolean isGone() {
        return state != QUEUED || request.call().isDone();
    }

    /** It has run, among others or alone. */
    void tellTrace(RunTimes times) {
        RequestTrace trace = request.call().trace();
        if (trace != null) {
            trace.ran(enqueuedNanos, times);
        }
    }

    /** The work it brings. */
    long units() {
        return Math.max(1, rows()) * unitsPerRow;
    }

    private boolean hasExpired(long nowNanos) {
        return deadlineNanos() != Call.NO_DEADLINE && nowNanos - deadlineNanos() >= 0;
    }

    /** Claims this entry for a run; false if it was answered meanwhile. */
    boolean take() {
        boolean mine = STATE.compareAndSet(this, QUEUED, TAKEN);
        if (mine) {
            admission.left(level, units());
        }
        return mine;
    }

    /** Names the run that is to know when this entry's caller leaves. */
    void runsIn(Run taker) {
        run = taker;
    }

    /** Whether somebody waits for a run to answer this. */
    boolean isAwaited() {
        return state == TAKEN && gone == null;
    }

    /** Tells the run that nobody waits for this entry any more, if it is late or its caller has gone. */
    void leaveRun(long nowNanos) {
        if (hasExpired(nowNanos)) {
            tellLate(nowNanos);
            leaveRun(Failures.deadlinePassedInRun());
        } else if (request.call().isDone()) {
            leaveRun(Failures.cancelledInRun());
        }
    }

    private void tellLate(long nowNanos) {
        Run told = run;
        if (told != null && isAwaited()) {
            request.call().lateInRun(told.ranNanos(this, nowNanos));
        }
    }

    private void leaveRun(Failure failure) {
        if (isAwaited()) {
            gone = failure;
            Run told = run;
            if (told != null) {
                told.callerLeft();
            }
        }
    }

    /**
     * Answers an entry that still waits and that no run will take.
     *
     * @return false if it waits no more
     */
    boolean refuse(Dropped.Reason reason, long nowNanos) {
        return switch (reason) {
            case GONE -> leaveQueue(nowNanos);
            case DEADLINE_PASSED -> refuse(Failures.deadlinePassed());
            case DEADLINE_TOO_CLOSE -> refuse(Failures.deadlineTooClose());
            case TIMED_OUT -> refuse(Failures.timedOut());
        };
    }

    /**
     * Answers an entry that still waits and whose caller has gone: at its deadline, or before.
     *
     * @return false if it waits no more
     */
    boolean leaveQueue(long nowNanos) {
        return refuse(hasExpired(nowNanos) ? Failures.deadlinePassed() : Failures.cancelled());
    }

    /** Answers an entry that still waits when nothing runs any more. */
    void stop(long nowNanos) {
        if (hasExpired(nowNanos) || request.call().isDone()) {
            leaveQueue(nowNanos);
        } else {
            refuse(Failures.stopping(request));
        }
    }

    private boolean refuse(Failure failure) {
        boolean mine = STATE.compareAndSet(this, QUEUED, DONE);
        if (mine) {
            admission.left(level, units());
            answer(() -> reply.fail(failure));
        }
        return mine;
    }

    /** Answers an entry that was taken; does nothing if it was answered already. */
    void succeed(List<Tensor> outputs) {
        InferenceResponse response = new InferenceResponse(outputs);
        Failure reason = gone;
        if (reason != null) {
            response.release();
            fail(reason);
        } else if (STATE.compareAndSet(this, TAKEN, DONE)) {
            answer(() -> reply.succeed(response));
        } else {
            response.release();
        }
    }

    /** As {@link #succeed}; one whose caller has gone fails for that reason. */
    void fail(Failure failure) {
        Failure reason = gone;
        if (STATE.compareAndSet(this, TAKEN, DONE)) {
            answer(() -> reply.fail(reason == null ? failure : reason));
        }
    }

    /** A defect in one caller's reply must not reach the others of its batch, nor the thread that serves them all. */
    private static void answer(Runnable handOver) {
        try {
            handOver.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("An answer could not be handed over", e);
        }
    }
}
