package dev.tern.server.testing;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the answer: its outputs as copies on the heap, so that the test need not release anything. Insists on being
 * answered once.
 */
public final class RecordingReply implements Reply {
    private static final long PATIENCE_SECONDS = 30;

    private final AtomicInteger answers = new AtomicInteger();
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile @Nullable List<Tensor> outputs;
    private volatile @Nullable Origin origin;
    private volatile @Nullable Failure failure;
    private volatile @Nullable Failure early;

    @Override
    public void succeed(InferenceResponse response) {
        List<Tensor> copies = response.outputs().stream().map(Tensors::copy).toList();
        response.release();
        origin = response.origin();
        outputs = copies;
        count();
    }

    @Override
    public void fail(Failure reason) {
        failure = reason;
        count();
    }

    @Override
    public void failing(Failure reason) {
        if (early != null || isAnswered()) {
            throw new AssertionError("told twice, or too late, that it fails");
        }
        early = reason;
    }

    /** What was told before the answer; null if nothing was. */
    public @Nullable Failure early() {
        return early;
    }

    private void count() {
        answers.incrementAndGet();
        answered.countDown();
    }

    /** How often this was answered; more than once is a defect. */
    public int answers() {
        return answers.get();
    }

    public boolean isAnswered() {
        return answers() > 0;
    }

    /** Whether the answer is a failure. */
    public boolean failed() {
        return failure != null;
    }

    /** Waits, on a real clock, for an answer from another thread. */
    public RecordingReply await() throws InterruptedException {
        if (!answered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s");
        }
        return this;
    }

    /** The outputs of the one answer, which must be a success. */
    public List<Tensor> outputs() {
        requireOneAnswer();
        List<Tensor> given = outputs;
        if (given == null) {
            throw new AssertionError("failed: " + failure);
        }
        return given;
    }

    /** Where the one answer, which must be a success, comes from. */
    public Origin origin() {
        outputs();
        return Objects.requireNonNull(origin);
    }

    /** The one answer, which must be a failure. */
    public Failure failure() {
        requireOneAnswer();
        Failure given = failure;
        if (given == null) {
            throw new AssertionError("succeeded: " + outputs);
        }
        return given;
    }

    private void requireOneAnswer() {
        if (answers() != 1) {
            throw new AssertionError("answered " + answers() + " times instead of once");
        }
    }
}
