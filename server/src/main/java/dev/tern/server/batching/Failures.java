package dev.tern.server.batching;

import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.UnreadableInputException;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import java.util.concurrent.TimeUnit;

/** What callers read whose requests get no run, or not to its end. Triton's wording where Triton has any. */
final class Failures {
    private Failures() {}

    static Failure deadlinePassed() {
        return Failure.of(Kind.DEADLINE_EXCEEDED, "the request's deadline passed while it was queued");
    }

    static Failure deadlineTooClose() {
        return Failure.of(
                Kind.DEADLINE_EXCEEDED, "the model's execution takes longer than is left until the request's deadline");
    }

    static Failure deadlinePassedInRun() {
        return Failure.of(Kind.DEADLINE_EXCEEDED, "the request's deadline passed while the model ran");
    }

    /** Without the request's id, as Triton words it. */
    static Failure timedOut() {
        return Failure.of(Kind.UNAVAILABLE, "Request timeout expired").ofItsOwn();
    }

    static Failure cancelled() {
        return Failure.of(Kind.CANCELLED, "the caller cancelled the request while it was queued");
    }

    static Failure cancelledInRun() {
        return Failure.of(Kind.CANCELLED, "the caller cancelled the request while the model ran");
    }

    static Failure runEnded(Throwable cause) {
        return new Failure(Kind.UNAVAILABLE, "the model's run was ended before it was done", cause);
    }

    /** The model's fault, or the input's: to send it again, elsewhere even, would only hang more. */
    static Failure runTooLong() {
        return Failure.of(Kind.INTERNAL, "the model's run took longer than a run may take, and was ended");
    }

    /** What the run of a single request fails with. */
    static Failure ofRun(EngineException reason) {
        Kind kind = reason instanceof UnreadableInputException ? Kind.INVALID_ARGUMENT : Kind.INTERNAL;
        return new Failure(kind, reason.reason(), reason);
    }

    static Failure runHangs() {
        return Failure.of(Kind.UNAVAILABLE, "the model's run does not end");
    }

    static Failure stopping(InferenceRequest request) {
        return Failure.of(
                Kind.UNAVAILABLE,
                request,
                "Server is stopping, scheduler for model has stopped accepting new inference requests");
    }

    /** @param overload what too much work is answered with: RESOURCE_EXHAUSTED, or UNAVAILABLE as Triton has it */
    static Failure refused(InferenceRequest request, Refusal refusal, Kind overload) {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(refusal.retryAfterNanos()));
        return switch (refusal.reason()) {
            case QUEUE_FULL ->
                Failure.of(overload, request, "Exceeds maximum queue size").retryAfter(millis);
            case TOO_MUCH_AHEAD ->
                Failure.of(overload, request, "too many requests wait ahead of it for it to be answered in time")
                        .retryAfter(millis);
            case DEADLINE_TOO_CLOSE -> deadlineTooClose();
        };
    }
}
