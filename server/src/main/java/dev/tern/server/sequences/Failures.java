package dev.tern.server.sequences;

import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import org.jspecify.annotations.Nullable;

/** What callers read whose requests do not get their turn. Triton's wording where Triton has any. */
final class Failures {
    private Failures() {}

    static Failure notStarted(@Nullable SequenceId id, String model) {
        return Failure.invalid("inference request for sequence " + id + " to model '" + model
                + "' must specify the START flag on the first request of the sequence");
    }

    static Failure full(InferenceRequest request, Kind overload) {
        return Failure.of(overload, request, "Exceeds maximum queue size");
    }

    static Failure expired() {
        return Failure.of(Kind.UNAVAILABLE, "timeout of the corresponding sequence has been expired");
    }

    /** Of a caller who has gone: at its deadline, or before. */
    static Failure gone(Call call, long nowNanos) {
        boolean late = call.deadlineNanos() != Call.NO_DEADLINE && nowNanos - call.deadlineNanos() >= 0;
        return late
                ? Failure.of(Kind.DEADLINE_EXCEEDED, "the request's deadline passed while it waited in its sequence")
                : Failure.of(Kind.CANCELLED, "the caller cancelled the request while it waited in its sequence");
    }
}
