package dev.tern.server.boot.ensembles;

import dev.tern.server.ensemble.StepModel;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.ForwardingReply;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.repository.ServedVersion;

/** A step of a request that nobody waits for: counted nowhere. */
record QuietStep(ServedVersion served) implements StepModel {
    @Override
    public int rank(String input) {
        return Ranks.of(served.config(), input);
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        Releasing releasing = new Releasing(reply);
        try {
            served.background().predict(request, releasing);
        } catch (RuntimeException | Error e) {
            releasing.thrown(e);
        }
    }

    @Override
    public StepModel again() {
        return new QuietStep(served.lease());
    }

    @Override
    public void release() {
        served.release();
    }

    private final class Releasing extends ForwardingReply {
        private volatile boolean answered;

        Releasing(Reply to) {
            super(to);
        }

        @Override
        public void succeed(InferenceResponse response) {
            answered = true;
            served.release();
            super.succeed(response);
        }

        @Override
        public void fail(Failure failure) {
            answered = true;
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
