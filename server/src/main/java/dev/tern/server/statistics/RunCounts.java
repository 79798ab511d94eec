package dev.tern.server.statistics;

import dev.tern.server.predict.RunTimes;
import dev.tern.server.predict.ServingStatistics.Runs;
import java.util.concurrent.atomic.LongAdder;

/** The runs of one number of rows. */
final class RunCounts {
    private final int rows;
    private final LongAdder count = new LongAdder();
    private final LongAdder inputNanos = new LongAdder();
    private final LongAdder inferNanos = new LongAdder();
    private final LongAdder outputNanos = new LongAdder();

    RunCounts(int rows) {
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    void add(RunTimes times) {
        count.increment();
        inputNanos.add(times.inputNanos());
        inferNanos.add(times.inferNanos());
        outputNanos.add(times.outputNanos());
    }

    Runs sum() {
        return new Runs(rows, count.sum(), inputNanos.sum(), inferNanos.sum(), outputNanos.sum());
    }
}
