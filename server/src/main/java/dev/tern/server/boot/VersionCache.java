package dev.tern.server.boot;

import dev.tern.server.cache.Coalescing;
import dev.tern.server.cache.Keeping;
import dev.tern.server.cache.LookUp;
import dev.tern.server.cache.RequestKeys;
import dev.tern.server.cache.local.LocalCache;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Predictor;

/** The response cache of one loaded version: what its stages are made of. Closed with the version. */
record VersionCache(RequestKeys keys, LocalCache local, Clock clock, CacheMeters meters) implements AutoCloseable {
    Predictor keeping(Predictor next) {
        return new Keeping(local, clock, meters, next);
    }

    Predictor coalescing(Predictor next) {
        return new Coalescing(clock, meters, next);
    }

    Predictor lookUp(Predictor next) {
        return new LookUp(keys, local, clock, meters, next);
    }

    @Override
    public void close() {
        local.close();
        meters.close();
    }
}
