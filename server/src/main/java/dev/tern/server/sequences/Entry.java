package dev.tern.server.sequences;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request of a sequence, and where the next stage answers it: puts the sequence's tensors in and takes its states out. One
 * thread at a time.
 */
final class Entry implements Reply {
    private final Sequences sequences;
    private final SequenceSettings settings;
    private final InferenceRequest request;
    private final Reply reply;
    private final Predictor next;
    private final Turn turn;
    private @Nullable Sequence sequence;
    private volatile boolean answered;

    /** @param next where it goes when its turn has come */
    Entry(
            Sequences sequences,
            SequenceSettings settings,
            InferenceRequest request,
            Reply reply,
            Predictor next,
            Turn turn) {
        this.sequences = sequences;
        this.settings = settings;
        this.request = request;
        this.reply = reply;
        this.next = next;
        this.turn = turn;
    }

    Turn turn() {
        return turn;
    }

    InferenceRequest request() {
        return request;
    }

    /** Before others see it. */
    void joins(Sequence joined) {
        sequence = joined;
    }

    /** The one that it has joined. */
    Sequence sequence() {
        return Objects.requireNonNull(sequence);
    }

    /** Passes the request on, with {@code states}. */
    void run(List<Tensor> states) {
        try {
            next.predict(below(states), this);
        } catch (RuntimeException | Error e) {
            if (!answered) {
                fail(new Failure(Kind.INTERNAL, "internal error while handling the request", e));
            }
        }
    }

    private InferenceRequest below(List<Tensor> states) {
        SequenceId id = Objects.requireNonNull(turn.id());
        List<Tensor> inputs =
                new ArrayList<>(request.inputs().size() + settings.controls().size() + states.size());
        inputs.addAll(request.inputs());
        for (Control control : settings.controls()) {
            inputs.add(control.tensor(id, turn.start(), turn.end()));
        }
        inputs.addAll(states);
        return new InferenceRequest(
                request.model(), request.id(), inputs, outputs(), request.parameters(), request.call());
    }

    /** Those that the caller wants, and the states; where it wants all, all there are. */
    private List<String> outputs() {
        if (request.outputs().isEmpty()) {
            return List.of();
        }
        List<String> outputs = new ArrayList<>(request.outputs());
        for (State state : settings.states()) {
            if (!outputs.contains(state.output())) {
                outputs.add(state.output());
            }
        }
        return outputs;
    }

    @Override
    public void succeed(InferenceResponse response) {
        List<Tensor> states;
        try {
            states = states(response);
        } catch (RuntimeException | OutOfMemoryError e) {
            response.release();
            fail(new Failure(Kind.INTERNAL, "internal error while keeping a sequence's state", e));
            return;
        }
        answered = true;
        InferenceResponse answer = answer(response);
        sequences.succeeded(this, states, () -> reply.succeed(answer));
    }

    /** Copies: an answer's tensors may be parts of a whole batch's memory, which a sequence must not hold. */
    private List<Tensor> states(InferenceResponse response) {
        @Nullable Tensor[] states = new Tensor[settings.states().size()];
        for (Tensor output : response.outputs()) {
            int at = settings.indexOfState(output.name());
            if (at >= 0) {
                byte[] copy = new byte[Math.toIntExact(output.data().size())];
                output.data().copyTo(0, ByteBuffer.wrap(copy));
                states[at] = new Tensor(
                        settings.states().get(at).initial().name(),
                        output.type(),
                        output.shape(),
                        HeapPayload.wrap(copy));
            }
        }
        return Arrays.stream(states)
                .map(state -> Objects.requireNonNull(state, "the model left out a state"))
                .toList();
    }

    /** What the caller gets of it; gives the rest back. */
    private InferenceResponse answer(InferenceResponse response) {
        List<String> wanted = request.outputs().isEmpty() ? settings.outputs() : request.outputs();
        List<Tensor> outputs = new ArrayList<>(wanted.size());
        for (Tensor output : response.outputs()) {
            if (wanted.contains(output.name())) {
                outputs.add(output);
            } else {
                output.data().release();
            }
        }
        return new InferenceResponse(outputs);
    }

    @Override
    public void fail(Failure failure) {
        answered = true;
        sequences.failed(this, () -> reply.fail(failure));
    }

    @Override
    public void failing(Failure failure) {
        reply.failing(failure);
    }

    /** Answers a request that was never passed on. */
    void refuse(Failure failure) {
        reply.fail(failure);
    }
}
