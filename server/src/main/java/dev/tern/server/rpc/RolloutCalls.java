package dev.tern.server.rpc;

import dev.tern.proto.admin.v1.AbortRolloutRequest;
import dev.tern.proto.admin.v1.AbortRolloutResponse;
import dev.tern.proto.admin.v1.GetRolloutRequest;
import dev.tern.proto.admin.v1.GetRolloutResponse;
import dev.tern.proto.admin.v1.StartRolloutRequest;
import dev.tern.proto.admin.v1.StartRolloutResponse;
import dev.tern.server.predict.Failure;
import dev.tern.server.rollout.RolloutException;
import dev.tern.server.rollout.RolloutSettings;
import dev.tern.server.rollout.RolloutStatus;
import dev.tern.server.rollout.Rollouts;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** Operators' calls about rollouts. */
final class RolloutCalls {
    private final Rollouts rollouts;

    RolloutCalls(Rollouts rollouts) {
        this.rollouts = rollouts;
    }

    void start(StartRolloutRequest request, StreamObserver<StartRolloutResponse> observer) {
        answer(
                () -> rollouts.start(request.getModel(), candidate(request), request.getBaseline(), settings(request)),
                status -> StartRolloutResponse.newBuilder()
                        .setRollout(RolloutMessages.of(status))
                        .build(),
                observer);
    }

    private static String candidate(StartRolloutRequest request) throws RolloutException {
        if (request.getCandidate().isEmpty()) {
            throw new RolloutException(
                    Failure.invalid("candidate: '' (expected: a version that is served, by number or label)"));
        }
        return request.getCandidate();
    }

    private static RolloutSettings settings(StartRolloutRequest request) throws RolloutException {
        try {
            return RolloutMessages.settings(request);
        } catch (IllegalArgumentException e) {
            throw new RolloutException(Failure.invalid(String.valueOf(e.getMessage())));
        }
    }

    void get(GetRolloutRequest request, StreamObserver<GetRolloutResponse> observer) {
        answer(
                () -> rollouts.status(request.getModel()),
                status -> GetRolloutResponse.newBuilder()
                        .setRollout(RolloutMessages.of(status))
                        .build(),
                observer);
    }

    void abort(AbortRolloutRequest request, StreamObserver<AbortRolloutResponse> observer) {
        answer(
                () -> rollouts.abort(request.getModel()),
                status -> AbortRolloutResponse.newBuilder()
                        .setRollout(RolloutMessages.of(status))
                        .build(),
                observer);
    }

    /** Has an operator change the model's traffic, or tells that a rollout sets it, so that nobody else may. */
    void unlessRunning(String model, StreamObserver<?> observer, Runnable change) {
        if (!rollouts.unlessRunning(model, change)) {
            observer.onError(precondition(
                    "model '" + model + "' has a rollout under way, which sets its traffic; abort it first"));
        }
    }

    private static StatusRuntimeException precondition(String message) {
        return Status.FAILED_PRECONDITION.withDescription(message).asRuntimeException();
    }

    /** What is asked of the rollouts. */
    private interface Call {
        RolloutStatus ask() throws RolloutException;
    }

    private static <T> void answer(Call call, Function<RolloutStatus, T> answer, StreamObserver<T> observer) {
        RolloutStatus status;
        try {
            status = call.ask();
        } catch (RolloutException e) {
            observer.onError(
                    e.isUnderWay() ? precondition(e.failure().message()) : StatusMapping.toStatus(e.failure()));
            return;
        }
        observer.onNext(answer.apply(status));
        observer.onCompleted();
    }
}
