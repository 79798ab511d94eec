package dev.tern.server.rpc;

import dev.tern.server.predict.DriftState;
import dev.tern.server.predict.DriftWatch;
import dev.tern.server.predict.Failure;
import dev.tern.server.repository.Refusal;
import dev.tern.server.repository.Resolution;
import dev.tern.server.repository.ServedVersion;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.BiFunction;

/** Operator calls to a version's drift monitor. */
final class DriftCalls {
    private DriftCalls() {}

    /** Answers by {@code call} if a version was found and has a monitor; gives its lease back. */
    static <R> void of(
            Resolution resolution, BiFunction<ServedVersion, DriftWatch, R> call, StreamObserver<R> observer) {
        if (resolution instanceof Refusal refusal) {
            observer.onError(StatusMapping.toStatus(refusal.failure()));
        } else if (resolution instanceof ServedVersion served) {
            answer(served, call, observer);
        }
    }

    /** What of a version drifts; nothing of one that is gone or not watched. Gives its lease back. */
    static List<String> drifted(Resolution resolution) {
        if (!(resolution instanceof ServedVersion served)) {
            return List.of();
        }
        try {
            return served.drift().stream()
                    .flatMap(watch -> watch.state().features().stream())
                    .filter(DriftState.Feature::drifted)
                    .map(DriftState.Feature::name)
                    .toList();
        } finally {
            served.release();
        }
    }

    private static <R> void answer(
            ServedVersion served, BiFunction<ServedVersion, DriftWatch, R> call, StreamObserver<R> observer) {
        R answer;
        try {
            DriftWatch watch = served.drift().orElse(null);
            if (watch == null) {
                observer.onError(StatusMapping.toStatus(Failure.invalid("version " + served.version() + " of model '"
                        + served.model()
                        + "' has no drift monitor: its configuration does not set tern.drift.monitor to true")));
                return;
            }
            answer = call.apply(served, watch);
        } finally {
            served.release();
        }
        observer.onNext(answer);
        observer.onCompleted();
    }
}
