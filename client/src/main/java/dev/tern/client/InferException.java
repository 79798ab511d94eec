package dev.tern.client;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** A call that was not answered: the gRPC status and what the server said about it. */
public final class InferException extends RuntimeException {
    private final Status.Code code;
    private final String description;

    InferException(Status.Code code, @Nullable String description, @Nullable Throwable cause) {
        super(description == null ? code.name() : code + ": " + description, cause);
        this.code = code;
        this.description = description == null ? "" : description;
    }

    /** From whatever gRPC reports. */
    static InferException of(Throwable thrown) {
        if (thrown instanceof InferException) {
            return (InferException) thrown;
        }
        Status status = status(thrown);
        return new InferException(status.getCode(), status.getDescription(), thrown);
    }

    /** The answer came, but breaks the protocol. */
    static InferException malformed(String what) {
        return new InferException(Status.Code.INTERNAL, "the server's answer breaks the protocol: " + what, null);
    }

    private static Status status(Throwable thrown) {
        if (thrown instanceof StatusRuntimeException) {
            return ((StatusRuntimeException) thrown).getStatus();
        }
        if (thrown instanceof StatusException) {
            return ((StatusException) thrown).getStatus();
        }
        return Status.UNKNOWN.withDescription(thrown.toString());
    }

    /**
     * The status of the call. {@code UNAVAILABLE} and {@code RESOURCE_EXHAUSTED} are worth another try later;
     * {@code CANCELLED} is also what an interrupted caller gets, with its interrupt flag set.
     */
    public Status.Code code() {
        return code;
    }

    /** The server's message, or gRPC's own when the call did not get that far; empty when there is none. */
    public String description() {
        return description;
    }

    /** Whether the deadline passed first. The server may or may not have run the request. */
    public boolean isDeadlineExceeded() {
        return code == Status.Code.DEADLINE_EXCEEDED;
    }
}
