package dev.tern.bench.cached;

/**
 * The demo's ranker under one configuration of its cache.
 *
 * @param model its name
 * @param config what its {@code config.pbtxt} has besides
 */
record Variant(String model, String config) {
    private static final String ENABLED = "response_cache { enable: true }\n";

    static final Variant OFF = new Variant("ranker-off", "");
    static final Variant CACHED = new Variant("ranker-cached", ENABLED);
    static final Variant ROWS = new Variant("ranker-rows", ENABLED + parameter("tern.cache.rows", "true"));

    /** The same with a part of the server's memory for its answers alone. */
    Variant withShare(double share) {
        return new Variant(model, config + parameter("tern.cache.share", Double.toString(share)));
    }

    private static String parameter(String key, String value) {
        return "parameters { key: \"" + key + "\" value { string_value: \"" + value + "\" } }\n";
    }
}
