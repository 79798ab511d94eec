package dev.tern.bench.report;

import dev.tern.bench.measure.Histograms;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Reports as {@code tern-bench run --json} writes them, with figures that a test knows. */
public final class Reports {
    private Reports() {}

    /** 1,000 answers of 1 ms to 1 s, times a factor, in three seconds of a closed loop. */
    public static String report(String model, double factor) {
        return """
                {"schema": 1, "tool": "tern-bench", "tool_version": "1.0", "kind": "run",
                 "started_at": "2026-01-02T03:04:05Z",
                 "settings": {"target": "localhost:8001", "load": {"kind": "closed", "concurrency": 64},
                              "shapes": {"a<b": "1,2"}, "rows": 1},
                 "server": {"name": "tern", "version": "0.1", "window": {"source": "/metrics", "queued": 1000,
                   "queue_mean_us": 150.0, "runs": 250, "run_mean_us": 2000.0, "batch_rows_mean": 4.0,
                   "batch_rows_are_ranges": true, "batch_rows": [{"rows": 1, "runs": 0}, {"rows": 2, "runs": 50},
                     {"rows": 4, "runs": 150}, {"rows": 8, "runs": 49}, {"runs": 1}]}},
                 "model": {"name": "%1$s", "inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 3]}]},
                 "models": [{"name": "%1$s", "weight": 1.0, "sent": 1001, "answered": 1000, "failed": 1}], "steps": [],
                 "window_seconds": 3.0,
                 "requests": {"sent": 1001, "answered": 1000, "failed": 1},
                 "requests_per_second": 333.3, "goodput_per_second": 300.0,
                 "latency_histogram_ns": "%2$s",
                 "assertions": [{"condition": "p99<20ms", "measured": "990 ms", "met": false}],
                 "notes": ["all is <well> & good."],
                 "seconds": {"from_s": [0.0, 1.0, 2.0], "length_s": [1.0, 1.0, 1.0], "answered": [300, 300, 400],
                   "failed": [0, 1, 0], "in_flight": [64, 64, 10], "requests_per_second": [300.0, 300.0, 400.0],
                   "p50_us": [500.0, 510.0, 490.0], "p99_us": [900.0, 910.0, 890.0], "max_us": [999.0, 1000.0, 990.0]}}
                """.formatted(model, histogram(factor));
    }

    private static String histogram(double factor) {
        Histogram latencies = new Histogram(3);
        for (int millis = 1; millis <= 1_000; millis++) {
            latencies.recordValue((long) (factor * TimeUnit.MILLISECONDS.toNanos(millis)));
        }
        return Histograms.encode(latencies);
    }
}
