package dev.tern.server.sequences;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;

/**
 * The stage that lets the requests of a sequence go one after another, and adds what the model wants to be told of it. Requests
 * of different sequences go on side by side. Any thread.
 */
public final class SequenceBatching implements Predictor {
    private final Sequences sequences;
    private final Predictor next;

    /** @param sequences may be shared with the stage of another version of the same model file */
    public SequenceBatching(Sequences sequences, Predictor next) {
        this.sequences = sequences;
        this.next = next;
    }

    @Override
    public void predict(InferenceRequest request, Reply reply) {
        Turn turn = Turn.of(request);
        Failure problem = turn.problem(sequences.settings(), request);
        if (problem == null) {
            sequences.enter(new Entry(sequences, sequences.settings(), request, reply, next, turn));
        } else {
            reply.fail(problem);
        }
    }
}
