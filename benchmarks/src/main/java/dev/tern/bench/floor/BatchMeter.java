package dev.tern.bench.floor;

import dev.tern.bench.metrics.MetricsPage;
import dev.tern.bench.process.ServerProcess;
import java.util.Map;

/** Rows and runs that a Tern has counted, from its metrics. */
record BatchMeter(double rows, double runs) {
    private static final String ROWS = "tern_inference_batch_size_sum";
    private static final String RUNS = "tern_inference_batch_size_count";

    static BatchMeter read(ServerProcess server) {
        return of(server.metrics());
    }

    static BatchMeter of(String page) {
        MetricsPage counted = MetricsPage.parse(page);
        return new BatchMeter(counted.sum(ROWS, Map.of()), counted.sum(RUNS, Map.of()));
    }

    /** Rows a run since an earlier reading; NaN where there was no run. */
    double rowsPerRunSince(BatchMeter before) {
        return (rows - before.rows) / (runs - before.runs);
    }
}
