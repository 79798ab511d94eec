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
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request in the waiting room: QUEUED, then TAKEN by a runner or DONE without a run.
 *
 * <p>The runner, the timer and the caller's cancellation compete by compare-and-set; whoever wins answers the request.
 */
final class Entry implements Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Entry.class);

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
    private final AtomicInteger state = new AtomicInteger(QUEUED);

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
        return state.get() != QUEUED || request.call().isDone();
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
        boolean mine = state.compareAndSet(QUEUED, TAKEN);
        if (mine) {
            admission.left(level, units());
        }
        return mine;
    }

    /**
     * Answers an entry that still waits and that no run will take.
     *
     * @return false if it waits no more
     */
    boolean refuse(Dropped.Reason reason, long nowNanos) {
        return switch (reason) {
            case GONE -> leave(nowNanos);
            case DEADLINE_PASSED -> refuse(Failures.deadlinePassed());
            case DEADLINE_TOO_CLOSE -> refuse(Failures.deadlineTooClose());
            case TIMED_OUT -> refuse(Failures.timedOut(request));
        };
    }

    /** Answers an entry whose caller has gone: at its deadline, or before. */
    boolean leave(long nowNanos) {
        return refuse(hasExpired(nowNanos) ? Failures.deadlinePassed() : Failures.cancelled());
    }

    /** Answers an entry that still waits when nothing runs any more. */
    void stop(long nowNanos) {
        if (hasExpired(nowNanos) || request.call().isDone()) {
            leave(nowNanos);
        } else {
            refuse(Failures.stopping(request));
        }
    }

    private boolean refuse(Failure failure) {
        boolean mine = state.compareAndSet(QUEUED, DONE);
        if (mine) {
            admission.left(level, units());
            answer(() -> reply.fail(failure));
        }
        return mine;
    }

    /** Answers an entry that was taken; does nothing if it was answered already. */
    void succeed(List<Tensor> outputs) {
        InferenceResponse response = new InferenceResponse(outputs);
        if (state.compareAndSet(TAKEN, DONE)) {
            answer(() -> reply.succeed(response));
        } else {
            response.release();
        }
    }

    /** Answers an entry that was taken; does nothing if it was answered already. */
    void fail(Failure failure) {
        if (state.compareAndSet(TAKEN, DONE)) {
            answer(() -> reply.fail(failure));
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
