package dev.tern.server.rpc;

import dev.tern.server.predict.Failure;
import org.jspecify.annotations.Nullable;

/** Is told how each inference request ended; on the thread that answers it, so it must be quick. */
public interface RequestObserver {
    /**
     * A request was answered or refused.
     *
     * @param model the model's name as far as it is one that is served, else empty: what callers make up must not
     *     become a label
     * @param version the version that was asked; 0 if none was found
     * @param failure null if the request was answered
     * @param nanos from the decoded request to its answer
     */
    void answered(String model, long version, Failure.@Nullable Kind failure, long nanos);
}
