package dev.tern.bench.metrics;

import java.util.Map;

/**
 * What a Tern server has counted of one model's response cache, in all its versions: since its start, or between two
 * readings. All 0 for a model without one.
 *
 * @param hits look-ups that found an answer in the server's memory
 * @param misses look-ups there that found none
 * @param farHits look-ups that found an answer in Redis
 * @param farMisses look-ups there that found none, for whatever reason
 * @param coalesced requests answered by the run of an equal one; each was a miss before
 * @param entries answers in memory now
 * @param bytes memory that they take now
 * @param rowsComputed rows that went to the model, where rows are kept by themselves
 * @param rows rows asked for there
 */
public record CacheCounts(
        double hits,
        double misses,
        double farHits,
        double farMisses,
        double coalesced,
        double entries,
        double bytes,
        double rowsComputed,
        double rows) {
    private static final String LOOK_UPS = "tern_cache_lookups_total";
    private static final String ROWS = "tern_cache_rows_total";
    private static final String MODEL = "model";

    /** Reads a page in Prometheus' text format. */
    public static CacheCounts of(String text, String model) {
        MetricsPage page = MetricsPage.parse(text);
        Map<String, String> all = Map.of(MODEL, model);
        double near = page.sum(LOOK_UPS, Map.of(MODEL, model, "level", "l1"));
        double nearHits = page.sum(LOOK_UPS, Map.of(MODEL, model, "level", "l1", "outcome", "hit"));
        double far = page.sum(LOOK_UPS, Map.of(MODEL, model, "level", "l2"));
        double farHits = page.sum(LOOK_UPS, Map.of(MODEL, model, "level", "l2", "outcome", "hit"));
        return new CacheCounts(
                nearHits,
                near - nearHits,
                farHits,
                far - farHits,
                page.sum("tern_cache_coalesced_total", all),
                page.sum("tern_cache_entries", all),
                page.sum("tern_cache_memory_bytes", all),
                page.sum(ROWS, Map.of(MODEL, model, "outcome", "computed")),
                page.sum(ROWS, all));
    }

    /** What was counted since an earlier reading; of what is there now, what is there now. */
    public CacheCounts since(CacheCounts before) {
        return new CacheCounts(
                hits - before.hits,
                misses - before.misses,
                farHits - before.farHits,
                farMisses - before.farMisses,
                coalesced - before.coalesced,
                entries,
                bytes,
                rowsComputed - before.rowsComputed,
                rows - before.rows);
    }

    /** Look-ups in memory, which every request of a model with a cache makes. */
    public double lookUps() {
        return hits + misses;
    }

    /** The share of look-ups in memory that found an answer; NaN of none. */
    public double hitRatio() {
        return hits / lookUps();
    }

    /** The same of Redis. */
    public double farHitRatio() {
        return farHits / (farHits + farMisses);
    }

    /** The share of rows that went to the model; NaN of none. */
    public double computedShare() {
        return rowsComputed / rows;
    }
}
