package dev.tern.server.predict;

import org.jspecify.annotations.Nullable;

/**
 * Why a request was not answered.
 *
 * @param message what the caller reads: names what was wrong and what is allowed, never a path or a library's text
 * @param cause what the log shows beside it
 * @param itsOwn whether it came of this one request's place in the line: an equal one may well be answered
 * @param retryAfterMillis after how long another try may do better; {@link #NO_HINT} to say nothing of it
 */
public record Failure(Kind kind, String message, @Nullable Throwable cause, boolean itsOwn, long retryAfterMillis) {
    /** Nothing is known about another try. */
    public static final long NO_HINT = -1;

    public Failure(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, false, NO_HINT);
    }

    /** The closed list of reasons; mapped to gRPC's status codes in one place. */
    public enum Kind {
        /** The request is wrong and will stay wrong. */
        INVALID_ARGUMENT,
        /** No such model, version or region. */
        NOT_FOUND,
        /** The server or model does not take requests just now. */
        UNAVAILABLE,
        /** The server does not do this. */
        UNIMPLEMENTED,
        /** There is more work than the server takes on. */
        RESOURCE_EXHAUSTED,
        /** The caller's deadline has passed or cannot be met. */
        DEADLINE_EXCEEDED,
        /** The caller has gone. */
        CANCELLED,
        /** The model failed, or the server has a defect. */
        INTERNAL
    }

    public static Failure of(Kind kind, String message) {
        return new Failure(kind, message, null);
    }

    /** This failure with a hint when to try again. */
    public Failure retryAfter(long millis) {
        return new Failure(kind, message, cause, itsOwn, millis);
    }

    /** This failure as one that says nothing of requests that are equal to the one that fails. */
    public Failure ofItsOwn() {
        return new Failure(kind, message, cause, true, retryAfterMillis);
    }

    /** This failure of {@code request} as {@code equal}, which fails for the same, is to read it. */
    public Failure readBy(InferenceRequest equal, InferenceRequest request) {
        String lead = lead(request);
        return equal.id().equals(request.id()) || !message.startsWith(lead)
                ? this
                : new Failure(kind, lead(equal) + message.substring(lead.length()), cause, itsOwn, retryAfterMillis);
    }

    public static Failure invalid(String message) {
        return of(Kind.INVALID_ARGUMENT, message);
    }

    /** An invalid argument as Triton words those found by request validation: led by the request's id. */
    public static Failure invalid(InferenceRequest request, String message) {
        return of(Kind.INVALID_ARGUMENT, request, message);
    }

    /** A failure whose message is led by the request's id, as Triton words most of them. */
    public static Failure of(Kind kind, InferenceRequest request, String message) {
        return of(kind, lead(request) + message);
    }

    private static String lead(InferenceRequest request) {
        return "[request id: " + (request.id().isEmpty() ? "<id_unknown>" : request.id()) + "] ";
    }
}
