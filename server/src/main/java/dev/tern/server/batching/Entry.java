package dev.tern.server.batching;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
final class Entry {
    private static final Logger LOG = LoggerFactory.getLogger(Entry.class);

    private static final int QUEUED = 0;
    private static final int TAKEN = 1;
    private static final int DONE = 2;

    private final InferenceRequest request;
    private final Reply reply;
    private final BatchItem item;
    private final long enqueuedNanos;
    private final Runnable onRefused;
    private final AtomicInteger state = new AtomicInteger(QUEUED);
    private volatile @Nullable Run run;
    private volatile @Nullable Failure gone;

    /**
     * @param onRefused runs when the entry leaves the queue without a run, before its caller is answered
     */
    Entry(InferenceRequest request, Reply reply, int rows, long enqueuedNanos, Runnable onRefused) {
        this.request = request;
        this.reply = reply;
        this.item = new BatchItem(rows, request.inputs(), request.outputs());
        this.enqueuedNanos = enqueuedNanos;
        this.onRefused = onRefused;
    }

    BatchItem item() {
        return item;
    }

    int rows() {
        return item.rows();
    }

    long enqueuedNanos() {
        return enqueuedNanos;
    }

    long deadlineNanos() {
        return request.call().deadlineNanos();
    }

    /** Whether a run at {@code nowNanos} would be for nothing: it was answered, is late, or its caller has gone. */
    boolean isDead(long nowNanos) {
        return state.get() != QUEUED || hasExpired(nowNanos) || request.call().isDone();
    }

    private boolean hasExpired(long nowNanos) {
        return deadlineNanos() != Call.NO_DEADLINE && nowNanos - deadlineNanos() >= 0;
    }

    /** Claims this entry for a run; false if it was answered meanwhile. */
    boolean take() {
        return state.compareAndSet(QUEUED, TAKEN);
    }

    /** Names the run that is to know when this entry's caller leaves. */
    void runsIn(Run taker) {
        run = taker;
    }

    /** Whether somebody waits for a run to answer this. */
    boolean isAwaited() {
        return state.get() == TAKEN && gone == null;
    }

    /** The caller has gone, wherever this entry is. */
    void callerGone(long nowNanos) {
        refuse(nowNanos);
        leaveIfDead(nowNanos);
    }

    /** Tells the run that nobody waits for this entry any more, if it is late or its caller has gone. */
    void leaveIfDead(long nowNanos) {
        if (hasExpired(nowNanos)) {
            leave(Failure.of(Kind.DEADLINE_EXCEEDED, "the request's deadline passed while the model ran"));
        } else if (request.call().isDone()) {
            leave(Failure.of(Kind.CANCELLED, "the caller cancelled the request while the model ran"));
        }
    }

    private void leave(Failure failure) {
        if (isAwaited()) {
            gone = failure;
            Run told = run;
            if (told != null) {
                told.callerLeft();
            }
        }
    }

    /** Answers an entry that still waits because its caller has gone. */
    void cancel() {
        refuse(Failure.of(Kind.CANCELLED, "the caller cancelled the request while it was queued"));
    }

    /** Answers an entry that still waits and that no run will take: it is late, its caller has gone, or nothing runs. */
    void refuse(long nowNanos) {
        if (hasExpired(nowNanos)) {
            refuse(Failure.of(Kind.DEADLINE_EXCEEDED, "the request's deadline passed while it was queued"));
        } else if (request.call().isDone()) {
            cancel();
        } else {
            refuse(Failure.of(
                    Kind.UNAVAILABLE,
                    request,
                    "Server is stopping, scheduler for model has stopped accepting new inference requests"));
        }
    }

    private void refuse(Failure failure) {
        if (state.compareAndSet(QUEUED, DONE)) {
            onRefused.run();
            answer(() -> reply.fail(failure));
        }
    }

    /** Answers an entry that was taken; does nothing if it was answered already. */
    void succeed(List<Tensor> outputs) {
        InferenceResponse response = new InferenceResponse(outputs);
        Failure reason = gone;
        if (reason != null) {
            response.release();
            fail(reason);
        } else if (state.compareAndSet(TAKEN, DONE)) {
            answer(() -> reply.succeed(response));
        } else {
            response.release();
        }
    }

    /** As {@link #succeed}; whose caller has gone has that for its reason. */
    void fail(Failure failure) {
        Failure reason = gone;
        if (state.compareAndSet(TAKEN, DONE)) {
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

    /** Whether {@code other} may share a run: same inputs, in the same order, of the same shape but for the rows. */
    boolean isLike(Entry other) {
        List<Tensor> mine = item.inputs();
        List<Tensor> theirs = other.item.inputs();
        if (mine.size() != theirs.size()) {
            return false;
        }
        for (int i = 0; i < mine.size(); i++) {
            if (!mine.get(i).name().equals(theirs.get(i).name())
                    || !mine.get(i).shape().sameRow(theirs.get(i).shape())) {
                return false;
            }
        }
        return true;
    }
}
