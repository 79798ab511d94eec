package dev.tern.server.cache.redis;

import dev.tern.server.predict.InferenceResponse;
import org.jspecify.annotations.Nullable;

/**
 * What asking Redis for one key came to.
 *
 * @param answer in memory of its own; null unless the outcome is a hit
 */
public record Found(L2Observer.LookUp outcome, @Nullable InferenceResponse answer) {
    /** Without an answer. */
    static Found nothing(L2Observer.LookUp outcome) {
        return new Found(outcome, null);
    }

    /** Whether Redis is well and has no answer: one that is computed is worth writing. */
    public boolean isMissing() {
        return switch (outcome) {
            case MISS, RUBBISH, STALE -> true;
            case HIT, TIMEOUT, ERROR, OPEN, GONE -> false;
        };
    }
}
