package dev.tern.bench.floor;

import dev.tern.bench.process.ServerProcess;

/** Rows and runs that a Tern has counted, from its metrics. */
record BatchMeter(double rows, double runs) {
    private static final String ROWS = "tern_inference_batch_size_sum";
    private static final String RUNS = "tern_inference_batch_size_count";

    static BatchMeter read(ServerProcess server) {
        return of(server.metrics());
    }

    static BatchMeter of(String page) {
        return new BatchMeter(sum(page, ROWS), sum(page, RUNS));
    }

    /** Rows a run since an earlier reading; NaN where there was no run. */
    double rowsPerRunSince(BatchMeter before) {
        return (rows - before.rows) / (runs - before.runs);
    }

    private static double sum(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
