package dev.tern.server.rollout;

import dev.tern.server.predict.OutcomeObserver;
import java.util.Optional;

/** Two versions of a model as they were loaded when a rollout between them began. */
public interface ServedPair {
    /** The version's number. */
    long baseline();

    /** The version's number. */
    long candidate();

    /** Whether {@code version}, a number or a label, is one of the two. */
    boolean includes(String version);

    /** Has both tell from now on what becomes of those requests that named no version, on the threads that answer. */
    void observe(OutcomeObserver ofBaseline, OutcomeObserver ofCandidate);

    /** Has them tell no more. */
    void stopObserving();

    /** Which of the two is served no more, was loaded anew or given other instances, in words; empty while both are as they were. */
    Optional<String> change();
}
