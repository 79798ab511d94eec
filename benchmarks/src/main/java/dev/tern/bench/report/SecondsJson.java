package dev.tern.bench.report;

import dev.tern.bench.measure.Second;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run second by second: one list for each figure, which is how plots want them. */
final class SecondsJson {
    private static final double MICROS = 1e3;

    private SecondsJson() {}

    static Map<String, Object> of(List<Second> seconds) {
        Map<String, Object> series = new LinkedHashMap<>();
        series.put("from_s", seconds.stream().map(Second::from).toList());
        series.put("length_s", seconds.stream().map(Second::seconds).toList());
        series.put("answered", seconds.stream().map(Second::answered).toList());
        series.put("failed", seconds.stream().map(Second::failed).toList());
        series.put("in_flight", seconds.stream().map(Second::inFlight).toList());
        series.put(
                "requests_per_second", seconds.stream().map(Second::perSecond).toList());
        series.put("p50_us", seconds.stream().map(each -> each.p50() / MICROS).toList());
        series.put("p99_us", seconds.stream().map(each -> each.p99() / MICROS).toList());
        series.put("max_us", seconds.stream().map(each -> each.max() / MICROS).toList());
        return series;
    }
}
