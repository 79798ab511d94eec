package dev.tern.server.boot.caches;

import dev.tern.server.boot.meters.CacheVersionMeters;
import dev.tern.server.cache.CacheControl;
import dev.tern.server.cache.Coalescing;
import dev.tern.server.cache.Keeping;
import dev.tern.server.cache.LookUp;
import dev.tern.server.cache.LookUpSample;
import dev.tern.server.cache.RequestKeys;
import dev.tern.server.cache.RowCaching;
import dev.tern.server.cache.RowLevel;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.cache.redis.RedisStage;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Predictor;
import dev.tern.server.repository.SharedCache;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The response cache of one loaded version: what its stages are made of. Closed with the version. One thread. */
public final class VersionCache implements AutoCloseable {
    private final RequestKeys keys;
    private final LocalCache local;
    private final Optional<RedisCache.Part> redis;
    private final Clock clock;
    private final CacheVersionMeters meters;
    private final LookUpSample sample;
    private final boolean byRows;
    private @Nullable Coalescing coalescing;

    /**
     * @param sample tells the meters all that the stages tell it
     * @param byRows whether rows are kept by themselves, and so no answers as they are: all would be kept twice
     */
    VersionCache(
            RequestKeys keys,
            LocalCache local,
            Optional<RedisCache.Part> redis,
            Clock clock,
            CacheVersionMeters meters,
            LookUpSample sample,
            boolean byRows) {
        this.keys = keys;
        this.local = local;
        this.redis = redis;
        this.clock = clock;
        this.meters = meters;
        this.sample = sample;
        this.byRows = byRows;
    }

    /** What this process's memory keeps. */
    public LocalCache local() {
        return local;
    }

    /** Who is told what the cache does. */
    public CacheVersionMeters meters() {
        return meters;
    }

    /** Where answers are kept, behind the coalescing of equal requests. */
    public Predictor keeping(Predictor next) {
        return byRows
                ? new RowCaching(keys, local, farRows(), clock, sample, next)
                : new Keeping(local, clock, sample, redis(next));
    }

    private RowLevel farRows() {
        return redis.isPresent() ? new RedisRows(redis.get().answers()) : RowLevel.NONE;
    }

    /** Redis, where the server has one. */
    private Predictor redis(Predictor next) {
        return redis.isPresent() ? new RedisStage(redis.get().answers(), VersionCache::refreshes, next) : next;
    }

    private static boolean refreshes(InferenceRequest request) {
        return CacheControl.of(request) == CacheControl.REFRESH;
    }

    /** The stage that lets equal requests wait for one run. */
    public Predictor coalescing(Predictor next) {
        Coalescing stage = new Coalescing(clock, sample, next);
        coalescing = stage;
        return stage;
    }

    /** The stage at the top, which answers what is kept. */
    public Predictor lookUp(Predictor next) {
        return new LookUp(keys, byRows ? null : local, clock, sample, next);
    }

    /** What servers keep of the model together, where there is a Redis. */
    public Optional<SharedCache> shared() {
        return redis.map(part -> () -> part.answers()
                .clear()
                .thenApply(cleared -> new SharedCache.Cleared(cleared.answers(), cleared.problem())));
    }

    @Override
    public void close() {
        // First, so that Redis tells nothing of what is closed.
        redis.ifPresent(RedisCache.Part::close);
        local.close();
        meters.close();
        if (coalescing != null) {
            coalescing.close();
        }
    }
}
