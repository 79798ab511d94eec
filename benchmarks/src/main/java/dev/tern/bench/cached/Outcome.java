package dev.tern.bench.cached;

import dev.tern.bench.figures.Reading;
import dev.tern.bench.metrics.CacheCounts;

/**
 * What a trial gave.
 *
 * @param reading within its measured window
 * @param p50Micros median latency there
 * @param cache what the server counted from the trial's first request to its last, those before the window included
 */
record Outcome(Trial trial, Reading reading, double p50Micros, CacheCounts cache) {
    double perSecond() {
        return reading.perSecond();
    }

    double meanMillis() {
        return reading.meanMillis();
    }

    double hitRatio() {
        return cache.hitRatio();
    }

    /** The share of requests that waited for the run of an equal one. */
    double coalesced() {
        return cache.coalesced() / cache.lookUps();
    }

    /** What was in memory already: of rows, where these are kept by themselves, else of requests. */
    double known() {
        return cache.rows() > 0 ? 1 - cache.computedShare() : hitRatio();
    }

    /** Which requests were sent, in order. */
    int[] sent() {
        return trial.sent(Math.toIntExact(Math.round(cache.lookUps())));
    }
}
