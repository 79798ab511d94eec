package dev.tern.server.cache.redis;

import dev.tern.server.cache.Asked;
import dev.tern.server.predict.CacheKey;

/**
 * What this process keeps in its own memory of a model's answers that are in Redis, too. Any thread; must be quick, but for
 * {@link #sweep}.
 */
public interface NearAnswers {
    /**
     * How things stand before the model is asked for the answer under {@code key}: what was asked before all is dropped, or
     * before a refresh of the answer, is not written after.
     */
    Asked asked(CacheKey key);

    /** The answer in Redis has gone, or another has taken its place. */
    void gone(CacheKey key);

    /** All answers in Redis have gone: none of before is given out from now on. */
    void allGone();

    /** For a while Redis could not say what went: none of before is given out from now on. */
    void unknown();

    /** Gives back the memory of what is given out no more. May take long. */
    void sweep();
}
