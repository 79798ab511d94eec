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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a request, on its way to the candidate and back: the candidate's caller, and its reply. It is sent, and its
 * answer compared, on the shadows' thread.
 */
final class Copy implements Call, Reply {
    /** So long, from when its caller was answered, until it is waited for no more. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A run that has gone on for so long by then was not late by having waited: it is the candidate's failure. */
    static final long LONG_RUN_NANOS = PATIENCE_NANOS / 2;

    /** The request's parameter that says what it wants of the cache. */
    private static final String CACHE = "tern_cache";

    private static final String OWN_ANSWER = "bypass";
    private static final String PRIORITY = "priority";
    private static final String TIMEOUT = "timeout";

    private static final Logger LOG = LoggerFactory.getLogger(Copy.class);

    private final Shadows shadows;
    private final Candidate candidate;
    private final long version;
    private final Charge charge;
    private final ShadowCounts counts;
    private final long number;
    private final long deadlineNanos;
    private final AtomicBoolean replied = new AtomicBoolean();

    /** Of its runs that were late the longest; a request that is split has several. */
    private final AtomicLong ranNanos = new AtomicLong();

    /** What is to be done when it is given up; guarded by itself. */
    private final List<Runnable> onDone = new ArrayList<>(2);

    /** Replaced before it is sent, by what holds less. */
    private Answered answered;

    /** Of the charge's room; changed by who has the first reply. */
    private long heldBytes;

    private volatile boolean done;
    private volatile long askedNanos;

    /**
     * What a copy was charged.
     *
     * @param bytes so many of {@code room}
     * @param forAnswer the part of these that is for the candidate's answer
     */
    record Charge(Room room, long bytes, long forAnswer) {}

    /**
     * Takes over the references that {@code answered} has, the candidate's lease and the room that was charged; its time
     * begins to run.
     *
     * @param number no other copy's
     */
    Copy(Shadows shadows, long number, Answered answered, Candidate candidate, Charge charge, ShadowCounts counts) {
        this.shadows = shadows;
        this.number = number;
        this.deadlineNanos = shadows.nanoTime() + PATIENCE_NANOS;
        this.answered = answered;
        this.candidate = candidate;
        this.version = candidate.version();
        this.charge = charge;
        this.heldBytes = charge.bytes();
        this.counts = counts;
    }

    long number() {
        return number;
    }

    /** Has the candidate asked, on the shadows' thread. */
    void send() {
        try {
            answered = answered.compact();
            shadows.executor().execute(this::ask);
        } catch (RejectedExecutionException e) {
            fail(Failure.of(Failure.Kind.CANCELLED, "the server is stopping"));
        } catch (OutOfMemoryError e) {
            fail(new Failure(Failure.Kind.RESOURCE_EXHAUSTED, "there is no memory for the copy", e));
        }
    }

    private void ask() {
        askedNanos = shadows.nanoTime();
        if (done || askedNanos - deadlineNanos >= 0) {
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
            long nanos = shadows.nanosSince(askedNanos);
            candidate.release();
            InferenceResponse kept = kept(response);
            if (kept == null) {
                counts.dropped();
                end();
            } else {
                handOver(kept, nanos);
            }
        } else {
            response.release();
        }
    }

    /** {@code response} in as little memory as may be; null if there is no room for it, which then is given back. */
    private @Nullable InferenceResponse kept(InferenceResponse response) {
        long more = Memory.heldCompact(response) - charge.forAnswer();
        if (more <= 0 || charge.room().takeMore(more)) {
            heldBytes += Math.max(0, more);
            try {
                return Memory.compact(response);
            } catch (OutOfMemoryError e) {
                LOG.warn("There is no memory for an answer to a copy", e);
            }
        }
        response.release();
        return null;
    }

    private void handOver(InferenceResponse response, long nanos) {
        try {
            shadows.executor().execute(() -> compare(response, nanos));
        } catch (RejectedExecutionException e) {
            response.release();
            counts.failed(Failure.Kind.CANCELLED, ShadowOutcome.GIVEN_UP);
            end();
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
            long nanos = shadows.nanosSince(askedNanos);
            candidate.release();
            ShadowOutcome outcome = outcome(failure.kind());
            counts.failed(failure.kind(), outcome);
            try {
                if (outcome == ShadowOutcome.FAILED) {
                    shadows.executor().execute(() -> tell(ComparedAnswer.failed(answered.nanos(), nanos)));
                }
            } catch (RejectedExecutionException e) {
                LOG.debug("The server is stopping: nobody is told of a failed copy");
            }
            end();
        }
    }

    private ShadowOutcome outcome(Failure.Kind kind) {
        boolean ranTooLong = kind == Failure.Kind.DEADLINE_EXCEEDED && ranNanos.get() >= LONG_RUN_NANOS;
        return ranTooLong ? ShadowOutcome.FAILED : ShadowOutcome.of(kind);
    }

    private void tell(ComparedAnswer compared) {
        shadows.tell(answered.request().model(), answered.version(), version, compared);
    }

    private boolean isFirstReply() {
        return replied.compareAndSet(false, true);
    }

    private void end() {
        charge.room().give(heldBytes);
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
        return deadlineNanos;
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

    @Override
    public void lateInRun(long nanos) {
        ranNanos.accumulateAndGet(nanos, Math::max);
    }
}
