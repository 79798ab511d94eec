package dev.tern.server.cache.redis;

import dev.tern.server.predict.CacheKey;

/** What this process keeps in its own memory of a model's answers that are in Redis, too. Any thread. */
public interface NearAnswers {
    /** Changes whenever all of it is dropped: what was asked of the model before is not written after. */
    int generation();

    /** The answer in Redis has gone, or another has taken its place. Must be quick. */
    void gone(CacheKey key);

    /** All answers in Redis have gone. May take long. */
    void allGone();

    /** For a while Redis could not say what went. May take long. */
    void unknown();
}
