package dev.tern.bench.verify;

import java.util.Optional;

/** Looks at every answer under load. Thread-safe. */
public interface AnswerCheck {
    /**
     * Checks one answer.
     *
     * @param request the request's place in the pool
     * @param answer the encoded ModelInferResponse
     */
    void check(int request, byte[] answer);

    /** What was found so far; empty where nothing is checked. */
    Optional<Verdict> verdict();

    /** Checks nothing. */
    static AnswerCheck none() {
        return new AnswerCheck() {
            @Override
            public void check(int request, byte[] answer) {}

            @Override
            public Optional<Verdict> verdict() {
                return Optional.empty();
            }
        };
    }
}
