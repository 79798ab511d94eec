package dev.tern.server.splitting;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.RowSlices;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request in parts. Parts are answered by any threads, in any order; the one that brings the last answer, or the
 * first failure, answers the request.
 */
final class Split {
    private final InferenceRequest request;
    private final Reply reply;
    private final List<RowSlices> inputs;
    private final SplitCall call;
    private final @Nullable InferenceResponse[] answers;
    private int missing;
    private boolean over;

    /** @param rows rows of a part at the most; the request has more */
    Split(InferenceRequest request, Reply reply, int rows) {
        this.request = request;
        this.reply = reply;
        this.inputs = request.inputs().stream()
                .map(input -> RowSlices.of(input, rows))
                .toList();
        this.call = new SplitCall(request.call());
        this.missing = inputs.get(0).count();
        this.answers = new InferenceResponse[missing];
    }

    /** Sends all parts to {@code next}, in order; stops at the first failure. */
    void send(Predictor next) {
        request.call().onDone(call::end);
        for (int i = 0; i < answers.length && !isOver(); i++) {
            Part part = new Part(i);
            try {
                next.predict(part.request, part);
            } catch (RuntimeException | Error e) {
                part.fail(new Failure(Kind.INTERNAL, "internal error while handling the request", e));
            }
        }
    }

    private synchronized boolean isOver() {
        return over;
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
            answered(index, response);
        }

        @Override
        public void fail(Failure failure) {
            request.release();
            failed(failure);
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

    private void answered(int index, InferenceResponse response) {
        int left = keep(index, response);
        if (left < 0) {
            response.release();
        } else if (left == 0) {
            join();
        }
    }

    /** Returns how many answers are missing still; negative if the request has failed, then the answer is not kept. */
    private synchronized int keep(int index, InferenceResponse response) {
        if (over) {
            return -1;
        }
        answers[index] = response;
        missing--;
        over = missing == 0;
        return missing;
    }

    private void failed(Failure failure) {
        if (giveUp()) {
            release();
            // First, so that nothing of a request that was answered is still queued.
            call.end();
            reply.fail(failure);
        }
    }

    private synchronized boolean giveUp() {
        boolean first = !over;
        over = true;
        return first;
    }

    /** Only the thread that ended the request comes here; others see that it is over. */
    private void join() {
        AnswerJoin join = new AnswerJoin(request.model());
        for (int i = 0; i < answers.length; i++) {
            join.add(inputs.get(0).rows(i), Objects.requireNonNull(answers[i]));
        }
        Failure problem = join.problem();
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
