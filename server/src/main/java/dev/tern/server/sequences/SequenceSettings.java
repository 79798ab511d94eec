package dev.tern.server.sequences;

import dev.tern.server.predict.Failure;
import dev.tern.server.tensor.Tensor;
import java.util.List;

/**
 * What a model's sequences are like.
 *
 * @param batched whether the first dimension of its tensors counts rows
 * @param slots sequences that may be under way at a time, at least 1; others wait until one of these has ended
 * @param idleNanos after so long without a request a sequence is over
 * @param maxWaiting requests that may wait for those before them; 0 for any number
 * @param overload what those beyond are answered with
 * @param controls what the server adds to each request, in the model's order
 * @param states what the model hands on from request to request, behind the controls in the model's order
 * @param outputs what callers get who name no outputs
 */
public record SequenceSettings(
        String model,
        boolean batched,
        int slots,
        long idleNanos,
        int maxWaiting,
        Failure.Kind overload,
        List<Control> controls,
        List<State> states,
        List<String> outputs) {
    public SequenceSettings {
        controls = List.copyOf(controls);
        states = List.copyOf(states);
        outputs = List.copyOf(outputs);
        if (slots < 1) {
            throw new IllegalArgumentException("slots: " + slots + " (expected: >= 1)");
        }
    }

    /** A sequence's states before its first request, in the order of {@link #states}. */
    List<Tensor> initialStates() {
        return states.stream().map(State::initial).toList();
    }

    /** Where the state stands that the model gives as {@code output}; -1 if that is none. */
    int indexOfState(String output) {
        for (int i = 0; i < states.size(); i++) {
            if (states.get(i).output().equals(output)) {
                return i;
            }
        }
        return -1;
    }
}
