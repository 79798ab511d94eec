package dev.tern.server.ensemble;

import dev.tern.server.ensemble.Graph.Link;
import dev.tern.server.ensemble.Graph.Output;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.PartCall;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the steps. Steps are answered by any threads; the one that brings the last answer answers
 * the request. The first failure is told at once, but the request is over only when no step runs any more: until then the
 * steps need their models.
 */
final class EnsembleRun {
    private final Graph graph;
    private final Needs needs;
    private final InferenceRequest request;
    private final Reply reply;
    private final Runnable onAnswer;
    private final PartCall call;

    /** Of all steps from the start, so that each sees the versions that the first one does; null once it has its request. */
    private final @Nullable StepModel[] models;

    // All below is guarded by this.

    /** What is there, with one reference, until the last of its readers has one of its own. */
    private final @Nullable Tensor[] tensors;

    private final int[] readersLeft;

    /** How many inputs of each step are not there yet. */
    private final int[] missing;

    private final Queue<Integer> ready = new ArrayDeque<>();

    /** Whether some thread begins steps: a step that answers at once must not begin the next one further up its stack. */
    private boolean beginning;

    /** Steps that have begun and are not over, and one more while the first ones begin. */
    private int outstanding = 1;

    private @Nullable Failure failure;

    EnsembleRun(Graph graph, Needs needs, InferenceRequest request, Reply reply, Runnable onAnswer) {
        this.graph = graph;
        this.needs = needs;
        this.request = request;
        this.reply = reply;
        this.onAnswer = onAnswer;
        this.call = new PartCall(request.call());
        this.models = new StepModel[graph.steps().size()];
        this.tensors = new Tensor[graph.tensors()];
        this.readersLeft = needs.readers();
        this.missing = needs.missing(graph);
    }

    void start(StepModels from) {
        acquire(from);
        request.call().onDone(call::end);
        for (int i = 0; i < request.inputs().size(); i++) {
            Tensor input = request.inputs().get(i);
            input.data().retain();
            arrived(i, input);
        }
        beginReady();
        ended();
    }

    /** Steps of the same model get the same version, whatever changes meanwhile. */
    private void acquire(StepModels from) {
        @Nullable StepModel[] firsts = new StepModel[models.length];
        for (int step = 0; step < models.length; step++) {
            if (needs.step(step)) {
                StepModel first = firsts[graph.firstLike(step)];
                Graph.Step wanted = graph.steps().get(step);
                StepModel model =
                        first == null ? from.acquire(request, wanted.model(), wanted.version()) : first.again();
                firsts[graph.firstLike(step)] = model;
                models[step] = model;
            }
        }
    }

    /** Takes over one reference to {@code tensor}. */
    private void arrived(int number, Tensor tensor) {
        if (!keep(number, tensor)) {
            tensor.data().release();
        }
    }

    /** Keeps a tensor for its readers; false if there are none. */
    private synchronized boolean keep(int number, Tensor tensor) {
        if (failure != null || number < 0 || readersLeft[number] == 0) {
            return false;
        }
        tensors[number] = tensor;
        for (int step : graph.readers(number)) {
            missing[step]--;
            if (missing[step] == 0 && needs.step(step)) {
                ready.add(step);
            }
        }
        return true;
    }

    private void beginReady() {
        for (int step = next(); step >= 0; step = next()) {
            begin(step);
            begun();
        }
    }

    private synchronized int next() {
        if (beginning || failure != null || ready.isEmpty()) {
            return -1;
        }
        beginning = true;
        outstanding++;
        return ready.remove();
    }

    private synchronized void begun() {
        beginning = false;
    }

    private void begin(int number) {
        StepModel model = Objects.requireNonNull(models[number]);
        List<Tensor> inputs = inputs(number, model);
        if (inputs.isEmpty()) {
            // The request has failed meanwhile.
            ended();
            return;
        }
        models[number] = null;
        Step step = new Step(
                number,
                new InferenceRequest(
                        graph.steps().get(number).model(),
                        request.id(),
                        inputs,
                        needs.wanted(number),
                        request.parameters(),
                        call));
        try {
            model.predict(step.request, step);
        } catch (RuntimeException | Error e) {
            step.thrown(e);
        }
    }

    /** With a reference each for the step; none if the request has failed. */
    private synchronized List<Tensor> inputs(int step, StepModel model) {
        if (failure != null) {
            return List.of();
        }
        List<Tensor> inputs = new ArrayList<>(graph.reads(step).size());
        for (Link read : graph.reads(step)) {
            Tensor tensor = Objects.requireNonNull(tensors[read.tensor()]);
            readersLeft[read.tensor()]--;
            if (readersLeft[read.tensor()] == 0) {
                // Its last reader, which gets the reference that was kept.
                tensors[read.tensor()] = null;
            } else {
                tensor.data().retain();
            }
            inputs.add(new Tensor(
                    read.name(), tensor.type(), ofRank(model.rank(read.name()), tensor.shape()), tensor.data()));
        }
        return inputs;
    }

    /** A batch of one is as good as none: its dimension is put before the others, or taken away. */
    static Shape ofRank(int rank, Shape shape) {
        if (rank == shape.rank() + 1) {
            return shape.rows(1);
        }
        return rank == shape.rank() - 1 && rank >= 0 && shape.dim(0) == 1 ? shape.row() : shape;
    }

    /** A step and where its answer goes. */
    private final class Step implements Reply {
        private final int number;
        private final InferenceRequest request;
        private final AtomicBoolean answered = new AtomicBoolean();

        Step(int number, InferenceRequest request) {
            this.number = number;
            this.request = request;
        }

        @Override
        public void succeed(InferenceResponse response) {
            answered.set(true);
            request.release();
            for (Tensor output : response.outputs()) {
                arrived(graph.made(number, output.name()), output);
            }
            beginReady();
            ended();
        }

        @Override
        public void fail(Failure reason) {
            answered.set(true);
            request.release();
            failed(named(reason));
            ended();
        }

        /** Where the model threw: before it answered, or out of its answer, which was taken then. */
        void thrown(Throwable cause) {
            if (!answered.get()) {
                fail(new Failure(Kind.INTERNAL, "internal error while handling the request", cause));
            }
        }

        @Override
        public void failing(Failure reason) {
            failed(named(reason));
        }

        private Failure named(Failure reason) {
            return new Failure(
                    reason.kind(),
                    "in ensemble '" + graph.ensemble() + "', step[" + number + "], model '" + request.model() + "': "
                            + reason.message(),
                    reason.cause(),
                    reason.itsOwn(),
                    reason.retryAfterMillis());
        }
    }

    private void failed(Failure first) {
        List<Tensor> unread = giveUp(first);
        if (unread != null) {
            unread.forEach(each -> each.data().release());
            // First, so that nothing of a request that was answered is still queued.
            call.end();
            reply.failing(first);
        }
    }

    /** What was kept for readers who will not come; null if the request has failed before. */
    private synchronized @Nullable List<Tensor> giveUp(Failure first) {
        if (failure != null) {
            return null;
        }
        failure = first;
        List<Tensor> unread = Arrays.stream(tensors).filter(Objects::nonNull).toList();
        Arrays.fill(tensors, null);
        return unread;
    }

    private void ended() {
        if (isLast()) {
            for (StepModel unused : models) {
                if (unused != null) {
                    unused.release();
                }
            }
            answer();
        }
    }

    private synchronized boolean isLast() {
        outstanding--;
        return outstanding == 0;
    }

    /** Only the thread that ended the last step comes here. */
    private void answer() {
        List<Tensor> outputs = outputs();
        if (outputs.size() < needs.outputs().size()) {
            failed(Failure.of(Kind.INTERNAL, "ensemble '" + graph.ensemble() + "': a step's model left out an output"));
        }
        Failure reason = failure();
        if (reason == null) {
            onAnswer.run();
            reply.succeed(new InferenceResponse(outputs));
        } else {
            reply.fail(reason);
        }
    }

    private synchronized @Nullable Failure failure() {
        return failure;
    }

    private synchronized List<Tensor> outputs() {
        List<Tensor> outputs = new ArrayList<>(needs.outputs().size());
        for (Output each : needs.outputs()) {
            Tensor tensor = tensors[graph.tensor(each.name())];
            if (tensor != null) {
                outputs.add(new Tensor(each.name(), tensor.type(), ofRank(each.rank(), tensor.shape()), tensor.data()));
            }
        }
        return outputs;
    }
}
