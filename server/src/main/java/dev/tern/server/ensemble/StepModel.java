package dev.tern.server.ensemble;

import dev.tern.server.predict.Predictor;

/** A version of a step's model, open until it has answered one request, or until {@link #release} if it gets none. */
public interface StepModel extends Predictor {
    /** How many dimensions requests have for an input, the batch included; -1 if that is not known. */
    int rank(String input);

    /** The same version once more, for another step; while this one has not answered. */
    StepModel again();

    /** It is not needed. */
    void release();
}
