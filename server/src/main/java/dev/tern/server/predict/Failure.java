package dev.tern.server.predict;

import org.jspecify.annotations.Nullable;

/**
 * Why a request was not answered.
 *
 * @param message what the caller reads: names what was wrong and what is allowed, never a path or a library's text
 * @param cause what the log shows beside it
 */
public record Failure(Kind kind, String message, @Nullable Throwable cause) {
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

    public static Failure invalid(String message) {
        return of(Kind.INVALID_ARGUMENT, message);
    }

    /** An invalid argument as Triton words those found by request validation: led by the request's id. */
    public static Failure invalid(InferenceRequest request, String message) {
        return of(Kind.INVALID_ARGUMENT, request, message);
    }

    /** A failure whose message is led by the request's id, as Triton words most of them. */
    public static Failure of(Kind kind, InferenceRequest request, String message) {
        String id = request.id().isEmpty() ? "<id_unknown>" : request.id();
        return of(kind, "[request id: " + id + "] " + message);
    }
}
