package dev.tern.server.boot.caches;

import dev.tern.server.cache.Asked;
import dev.tern.server.cache.local.Evicted;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.redis.NearAnswers;
import dev.tern.server.predict.CacheKey;

/** A model's answers in this process's memory, as Redis' side sees them. */
record LocalAnswers(LocalCache cache) implements NearAnswers {
    @Override
    public Asked asked(CacheKey key) {
        return cache.asked(key);
    }

    @Override
    public void gone(CacheKey key) {
        cache.invalidate(key);
    }

    @Override
    public void allGone() {
        cache.outdate(Evicted.INVALIDATED);
    }

    @Override
    public void unknown() {
        cache.outdate(Evicted.UNTRACKED);
    }

    @Override
    public void sweep() {
        cache.sweep();
    }
}
