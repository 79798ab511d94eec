package dev.tern.bench.report;

import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.run.Observations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The server's own account of itself and of the window. Of runs with more rows than it tells apart, the rows are left out. */
public final class ServerJson {
    private ServerJson() {}

    static Map<String, Object> of(Observations observed) {
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("name", observed.server().name());
        server.put("version", observed.server().version());
        observed.counts().ifPresent(counts -> server.put("window", window(counts)));
        if (observed.counts().isEmpty()) {
            server.put("window_missing", observed.countsMissing());
        }
        return server;
    }

    /** What it counted of the window. */
    public static Map<String, Object> window(ServerCounts counts) {
        Map<String, Object> window = new LinkedHashMap<>();
        window.put("source", counts.source());
        window.put("queued", counts.waits());
        putFinite(window, "queue_mean_us", counts.meanWaitMicros());
        window.put("runs", counts.runs());
        putFinite(window, "run_mean_us", counts.meanRunMicros());
        putFinite(window, "batch_rows_mean", counts.meanRows());
        window.put("batch_rows_are_ranges", counts.ranges());
        window.put("batch_rows", batches(counts));
        return window;
    }

    private static List<Map<String, Object>> batches(ServerCounts counts) {
        List<Map<String, Object>> batches = new ArrayList<>();
        counts.runsByRows().forEach((rows, runs) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            if (rows != Long.MAX_VALUE) {
                entry.put("rows", rows);
            }
            entry.put("runs", runs);
            batches.add(entry);
        });
        return batches;
    }

    private static void putFinite(Map<String, Object> to, String name, double value) {
        if (Double.isFinite(value)) {
            to.put(name, value);
        }
    }
}
