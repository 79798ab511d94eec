package dev.tern.server.cache.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tern.server.predict.CacheKey;
import dev.tern.server.predict.Clock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** So many bytes of memory, and the answers in it: those of one model, or of all that have no share of their own. */
final class Pool {
    private final Cache<CacheKey, Kept> kept;
    private final Policy.Eviction<CacheKey, Kept> bound;

    Pool(long maxBytes, Clock clock) {
        this.kept = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((CacheKey key, Kept entry) -> entry.weight())
                .expireAfter(new TimeToLive())
                .ticker(clock::nanoTime)
                // Nothing runs on the common pool: whoever calls does the upkeep. That is a little at each call,
                // but whoever meets many answers that have expired together removes them all.
                .executor(Runnable::run)
                .removalListener(Pool::removed)
                .build();
        this.bound = kept.policy().eviction().orElseThrow();
    }

    private static void removed(@Nullable CacheKey key, @Nullable Kept entry, RemovalCause cause) {
        if (entry == null) {
            return;
        }
        entry.part().removed(entry);
        switch (cause) {
            case SIZE -> entry.part().evicted(Evicted.SIZE);
            case EXPIRED -> entry.part().evicted(Evicted.EXPIRED);
            // Who removes one says why; another under the same key; what follows is for caches of weak references.
            case EXPLICIT, REPLACED, COLLECTED -> {}
        }
    }

    private static final class TimeToLive implements Expiry<CacheKey, Kept> {
        @Override
        public long expireAfterCreate(CacheKey key, Kept entry, long now) {
            return entry.ttlNanos();
        }

        @Override
        public long expireAfterUpdate(CacheKey key, Kept entry, long now, long left) {
            return entry.ttlNanos();
        }

        @Override
        public long expireAfterRead(CacheKey key, Kept entry, long now, long left) {
            return left;
        }
    }

    @Nullable
    Kept get(CacheKey key) {
        return kept.getIfPresent(key);
    }

    void put(CacheKey key, Kept entry) {
        kept.put(key, entry);
    }

    /** Whatever there is under {@code key}. */
    void remove(CacheKey key, Evicted cause) {
        Kept entry = kept.asMap().remove(key);
        if (entry != null) {
            entry.part().evicted(cause);
        }
    }

    void remove(CacheKey key, Kept entry, Evicted cause) {
        if (kept.asMap().remove(key, entry)) {
            entry.part().evicted(cause);
        }
    }

    /** Looks at every answer. */
    void removeIf(Predicate<Kept> condition, Evicted cause) {
        kept.asMap().forEach((key, entry) -> {
            if (condition.test(entry)) {
                remove(key, entry, cause);
            }
        });
    }

    long maxBytes() {
        return bound.getMaximum();
    }

    void maxBytes(long bytes) {
        bound.setMaximum(bytes);
    }

    /** Does what upkeep is left at once; for tests. */
    void tidy() {
        kept.cleanUp();
    }

    /** Removes {@code entry}, which may not have got in; returns whether it had. */
    boolean takeBack(CacheKey key, Kept entry) {
        return kept.asMap().remove(key, entry);
    }
}
