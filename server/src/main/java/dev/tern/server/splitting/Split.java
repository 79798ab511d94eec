package dev.tern.server.splitting;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.PartCall;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.RowSlices;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request in parts. Parts are answered by any threads, in any order; the one that brings the last answer answers the
 * request. The first failure is told at once, but the request is over only when no part runs any more: until then it needs
 * its model.
 */
final class Split {
    private final InferenceRequest request;
    private final Reply reply;
    private final List<RowSlices> inputs;
    private final PartCall call;
    private final @Nullable InferenceResponse[] answers;

    /** Parts that were sent and not answered, and one more while they are being sent. */
    private int outstanding = 1;

    private @Nullable Failure failure;

    /** @param rows rows of a part at the most; the request has more */
    Split(InferenceRequest request, Reply reply, int rows) {
        this.request = request;
        this.reply = reply;
        this.inputs = request.inputs().stream()
                .map(input -> RowSlices.of(input, rows))
                .toList();
        this.call = new PartCall(request.call());
        this.answers = new InferenceResponse[inputs.get(0).count()];
    }

    /** Sends all parts to {@code next}, in order; stops at the first failure. */
    void send(Predictor next) {
        request.call().onDone(call::end);
        for (int i = 0; i < answers.length && begin(); i++) {
            Part part = new Part(i);
            try {
                next.predict(part.request, part);
            } catch (RuntimeException | Error e) {
                part.fail(new Failure(Kind.INTERNAL, "internal error while handling the request", e));
            }
        }
        ended();
    }

    /** Counts one more part, unless it would be for nothing. */
    private synchronized boolean begin() {
        if (failure != null) {
            return false;
        }
        outstanding++;
        return true;
    }

    /** One part and where its answer goes. Holds references of its own: a part may run on after the request has failed. */
    private final class Part implements Reply {
        private final int index;
        private final InferenceRequest request;

        Part(int index) {
            this.index = index;
            this.request = part(index);
        }

        @Override
        public void succeed(InferenceResponse response) {
            request.release();
            if (!keep(index, response)) {
                response.release();
            }
            ended();
        }

        @Override
        public void fail(Failure failure) {
            request.release();
            failed(failure);
            ended();
        }
    }

    private InferenceRequest part(int index) {
        List<Tensor> slices = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            slices.add(inputs.get(i).slice(index));
        }
        return new InferenceRequest(
                request.model(), request.id(), slices, request.outputs(), request.parameters(), call);
    }

    /** Keeps the answer to a part; false if the request has failed. */
    private synchronized boolean keep(int index, InferenceResponse response) {
        if (failure != null) {
            return false;
        }
        answers[index] = response;
        return true;
    }

    private void failed(Failure first) {
        if (giveUp(first)) {
            release();
            // First, so that nothing of a request that was answered is still queued.
            call.end();
            reply.failing(first);
        }
    }

    private synchronized boolean giveUp(Failure first) {
        if (failure != null) {
            return false;
        }
        failure = first;
        return true;
    }

    private void ended() {
        if (!isLast()) {
            return;
        }
        Failure reason = failure();
        if (reason == null) {
            join();
        } else {
            reply.fail(reason);
        }
    }

    private synchronized boolean isLast() {
        outstanding--;
        return outstanding == 0;
    }

    private synchronized @Nullable Failure failure() {
        return failure;
    }

    /** Only the thread that ended the last part comes here. */
    private void join() {
        AnswerJoin join = new AnswerJoin(request.model());
        Failure problem;
        try {
            for (int i = 0; i < answers.length; i++) {
                join.add(inputs.get(0).rows(i), Objects.requireNonNull(answers[i]));
            }
            problem = join.problem();
        } catch (RuntimeException e) {
            problem = new Failure(Kind.INTERNAL, "internal error while joining the answer", e);
        }
        if (problem == null) {
            reply.succeed(join.joined());
        } else {
            release();
            reply.fail(problem);
        }
    }

    private void release() {
        for (InferenceResponse answer : answers) {
            if (answer != null) {
                answer.release();
            }
        }
    }
}
