package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;

/**
 * What this process keeps in its own memory of a model's answers that are in Redis, too. Any thread; must be quick, but for
 * {@link #sweep}.
 */
public interface NearAnswers {
    /** Changes whenever all of it is dropped: what was asked of the model before is not written after. */
    int generation();

    /** The answer in Redis has gone, or another has taken its place. */
    void gone(CacheKey key);

    /** All answers in Redis have gone: none of before is given out from now on. */
    void allGone();

    /** For a while Redis could not say what went: none of before is given out from now on. */
    void unknown();

    /** Gives back the memory of what is given out no more. May take long. */
    void sweep();
}
