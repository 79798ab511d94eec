package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The one place where a failure becomes a gRPC status. */
final class StatusMapping {
    private StatusMapping() {}

    static StatusRuntimeException toStatus(Failure failure) {
        return code(failure.kind())
                .toStatus()
                .withDescription(failure.message())
                .asRuntimeException();
    }

    private static Status.Code code(Failure.Kind kind) {
        return switch (kind) {
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case UNIMPLEMENTED -> Status.Code.UNIMPLEMENTED;
            case RESOURCE_EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
            case CANCELLED -> Status.Code.CANCELLED;
            case INTERNAL -> Status.Code.INTERNAL;
        };
    }
}
