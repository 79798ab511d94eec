package dev.tern.bench.load;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A closed loop: each of a number of callers sends its next request when its last one has ended.
 *
 * @param concurrency how many callers, at least 1
 */
public record ClosedLoad(int concurrency) implements LoadPlan {
    @Override
    public String describe() {
        return String.format(Locale.ROOT, "closed loop, %,d in flight", concurrency);
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("kind", "closed");
        settings.put("concurrency", concurrency);
        return settings;
    }

    @Override
    public int usefulConnections(int asked) {
        return Math.min(asked, concurrency);
    }

    @Override
    public Loop loop(Traffic traffic) {
        return new ClosedLoop(traffic, concurrency);
    }
}
