package dev.tern.server.traffic;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a request, on its way to the candidate and back: the candidate's caller, and its reply. It is sent, and its
 * answer compared, on the shadows' thread.
 */
final class Copy implements Call, Reply {
    /** So long, once it was sent, until it is given up. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The request's parameter that says what it wants of the cache. */
    private static final String CACHE = "tern_cache";

    private static final String OWN_ANSWER = "bypass";
    private static final String PRIORITY = "priority";
    private static final String TIMEOUT = "timeout";

    private static final Logger LOG = LoggerFactory.getLogger(Copy.class);

    private final Shadows shadows;
    private final Answered answered;
    private final Candidate candidate;
    private final long version;
    private final Room room;
    private final ShadowCounts counts;
    private final AtomicBoolean replied = new AtomicBoolean();

    /** What is to be done when it is given up; guarded by itself. */
    private final List<Runnable> onDone = new ArrayList<>(2);

    private volatile boolean done;
    private volatile long startNanos;

    /** Takes over the references that {@code answered} has, the candidate's lease and the room. */
    Copy(Shadows shadows, Answered answered, Candidate candidate, Room room, ShadowCounts counts) {
        this.shadows = shadows;
        this.answered = answered;
        this.candidate = candidate;
        this.version = candidate.version();
        this.room = room;
        this.counts = counts;
    }

    /** Has the candidate asked, on the shadows' thread. */
    void send() {
        try {
            shadows.executor().execute(this::ask);
        } catch (RejectedExecutionException e) {
            fail(Failure.of(Failure.Kind.CANCELLED, "the server is stopping"));
        }
    }

    private void ask() {
        startNanos = shadows.nanoTime();
        if (done) {
            fail(Failure.of(Failure.Kind.CANCELLED, "the copy was given up before it was sent"));
            return;
        }
        try {
            candidate.predictor().predict(request(), this);
        } catch (RuntimeException | Error e) {
            fail(new Failure(Failure.Kind.INTERNAL, "internal error while handling the request", e));
        }
    }

    /** The request as its own caller's: nobody's deadline, nobody's priority, and the candidate's own answer. */
    private InferenceRequest request() {
        InferenceRequest request = answered.request();
        Map<String, Object> parameters = new HashMap<>(request.parameters());
        parameters.keySet().removeAll(List.of(PRIORITY, TIMEOUT));
        parameters.put(CACHE, OWN_ANSWER);
        return new InferenceRequest(
                request.model(), request.id(), request.inputs(), request.outputs(), parameters, this);
    }

    @Override
    public void succeed(InferenceResponse response) {
        if (isFirstReply()) {
            long nanos = shadows.nanosSince(startNanos);
            candidate.release();
            try {
                shadows.executor().execute(() -> compare(response, nanos));
            } catch (RejectedExecutionException e) {
                response.release();
                counts.failed(Failure.Kind.CANCELLED);
                end();
            }
        } else {
            response.release();
        }
    }

    private void compare(InferenceResponse response, long nanos) {
        try {
            AnswerComparison comparison = AnswerComparison.of(answered.response(), response);
            ComparedAnswer compared = comparison.worst(answered.nanos(), nanos);
            counts.compared(comparison, compared);
            tell(compared);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error(
                    "Answers of model '{}' could not be compared",
                    answered.request().model(),
                    e);
        } finally {
            response.release();
            end();
        }
    }

    @Override
    public void fail(Failure failure) {
        if (isFirstReply()) {
            long nanos = shadows.nanosSince(startNanos);
            candidate.release();
            counts.failed(failure.kind());
            try {
                if (ShadowOutcome.of(failure.kind()) == ShadowOutcome.FAILED) {
                    shadows.executor().execute(() -> tell(ComparedAnswer.failed(answered.nanos(), nanos)));
                }
            } catch (RejectedExecutionException e) {
                LOG.debug("The server is stopping: nobody is told of a failed copy");
            }
            end();
        }
    }

    private void tell(ComparedAnswer compared) {
        shadows.tell(answered.request().model(), answered.version(), version, compared);
    }

    private boolean isFirstReply() {
        return replied.compareAndSet(false, true);
    }

    private void end() {
        room.give(answered.bytes());
        answered.release();
        shadows.over(this);
    }

    /** Nobody waits for it any more. Any thread. */
    void giveUp() {
        List<Runnable> actions;
        synchronized (onDone) {
            done = true;
            actions = List.copyOf(onDone);
            onDone.clear();
        }
        actions.forEach(Runnable::run);
    }

    @Override
    public long deadlineNanos() {
        return startNanos + PATIENCE_NANOS;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void onDone(Runnable action) {
        synchronized (onDone) {
            if (!done) {
                onDone.add(action);
                return;
            }
        }
        action.run();
    }
}
