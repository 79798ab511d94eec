package dev.tern.server.boot.settings;

import java.util.concurrent.TimeUnit;

/**
 * What a model's configuration says of the response cache.
 *
 * @param enabled whether its answers may be kept
 * @param ttlMillis how long; 0 for as long as there is room
 * @param share of the memory, for this model alone; 0 for none
 * @param byRows whether each row is kept by itself
 * @param minHitRatio while less is found, only a sample of the requests is looked up; 0 for never
 */
public record CacheSettings(boolean enabled, long ttlMillis, double share, boolean byRows, double minHitRatio) {
    /** As {@code ttlMillis}; {@link Long#MAX_VALUE} for as long as there is room. */
    public long ttlNanos() {
        return ttlMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(ttlMillis);
    }

    /** For people. */
    @Override
    public String toString() {
        if (!enabled) {
            return "off";
        }
        return "on" + (byRows ? ", by rows" : "") + (ttlMillis == 0 ? "" : ", ttl " + ttlMillis + " ms")
                + (share == 0 ? "" : ", share " + share);
    }
}
