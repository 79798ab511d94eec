package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The status that a call was refused with. */
record Refused(Status.Code code, String message) {
    private static final int PATIENCE_SECONDS = 20;

    /** Makes {@code call}, which must fail with a status. */
    static Refused by(ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        Assertions.assertThat(failure)
                .as("the failure of a call that must fail")
                .isNotNull();
        return of(failure.getStatus());
    }

    /** Waits for {@code answer}, which must fail with a status. */
    static Refused by(Future<?> answer) {
        Throwable failure = catchThrowable(() -> answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        Assertions.assertThat(failure)
                .as("the failure of a call that must fail")
                .isInstanceOf(ExecutionException.class);
        return of(Status.fromThrowable(failure));
    }

    private static Refused of(Status status) {
        return new Refused(status.getCode(), String.valueOf(status.getDescription()));
    }

    static Refused invalid(String message) {
        return new Refused(Status.Code.INVALID_ARGUMENT, message);
    }

    static Refused notFound(String message) {
        return new Refused(Status.Code.NOT_FOUND, message);
    }

    static Refused unavailable(String message) {
        return new Refused(Status.Code.UNAVAILABLE, message);
    }
}
