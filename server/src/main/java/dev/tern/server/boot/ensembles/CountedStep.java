package dev.tern.server.boot.ensembles;

import dev.tern.server.ensemble.StepModel;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.repository.ServedVersion;
import dev.tern.server.rpc.RequestObserver;
import dev.tern.server.traffic.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * A step of a caller's request: counted for its model as a caller's own would be.
 *
 * @param routes null where requests are neither split nor copied
 * @param named whether the step names its version
 */
record CountedStep(
        ServedVersion served,
        @Nullable Traffic routes,
        TrafficSettings settings,
        boolean named,
        Clock clock,
        RequestObserver observer)
        implements StepModel {
    @Override
    public int rank(String input) {
        return Ranks.of(served.config(), input);
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        InferenceRequest anonymous = Traffic.anonymous(settings, request);
        Counting counting = new Counting(reply, clock.nanoTime());
        try {
            served.predictor()
                    .predict(
                            anonymous,
                            routes == null
                                    ? counting
                                    : routes.copying(settings, served.version(), anonymous, counting));
        } catch (RuntimeException | Error e) {
            counting.thrown(e);
        }
    }

    @Override
    public StepModel again() {
        return new CountedStep(served.lease(), routes, settings, named, clock, observer);
    }

    @Override
    public void release() {
        served.release();
    }

    /** Counts before the lease is given back, and gives it back before the next step begins. */
    private final class Counting extends ForwardingReply {
        private final long startNanos;
        private volatile boolean answered;

        Counting(Reply to, long startNanos) {
            super(to);
            this.startNanos = startNanos;
        }

        @Override
        public void succeed(InferenceResponse response) {
            answered = true;
            long nanos = clock.nanoTime() - startNanos;
            served.succeeded(response.origin(), nanos, named);
            observer.answered(served.model(), served.version(), null, nanos);
            served.release();
            super.succeed(response);
        }

        @Override
        public void fail(Failure failure) {
            answered = true;
            long nanos = clock.nanoTime() - startNanos;
            served.failed(failure.kind(), nanos, named);
            observer.answered(served.model(), served.version(), failure.kind(), nanos);
            served.release();
            super.fail(failure);
        }

        /** On the thread that asked: what answers on another has been handed the request, and throws no more. */
        void thrown(Throwable cause) {
            if (!answered) {
                fail(new Failure(Failure.Kind.INTERNAL, "internal error while handling the request", cause));
            }
        }
    }
}
