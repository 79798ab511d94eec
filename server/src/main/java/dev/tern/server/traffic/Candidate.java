package dev.tern.server.traffic;

import dev.tern.server.predict.Predictor;

/** A version that is lent until {@link #release}. */
public interface Candidate {
    /** Its number. */
    long version();

    /** Answers what nobody waits for. */
    Predictor predictor();

    /** Gives it back; once, after the last answer. */
    void release();
}
