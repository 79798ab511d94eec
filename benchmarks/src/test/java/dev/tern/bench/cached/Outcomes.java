package dev.tern.bench.cached;

import dev.tern.bench.figures.Reading;
import dev.tern.bench.metrics.CacheCounts;
import java.util.Map;

/** Outcomes made up for tests. */
final class Outcomes {
    private Outcomes() {}

    /** So many answers a second, of which so many were in memory. */
    static Outcome of(Trial trial, double perSecond, double meanMillis, double hits, double misses) {
        return of(trial, perSecond, meanMillis, new CacheCounts(hits, misses, 0, 0, 0, 2, 0, 0, 0));
    }

    static Outcome of(Trial trial, double perSecond, double meanMillis, CacheCounts cache) {
        return new Outcome(
                trial,
                new Reading(perSecond, perSecond, perSecond, perSecond, 1, meanMillis, meanMillis, false, Map.of()),
                0,
                cache);
    }

    static Trial trial(long seed) {
        return Trial.repeating(Variant.CACHED, 1, Trial.crowd(), seed);
    }
}
