package dev.tern.bench.measure;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a server counts of one model: since its start, or between two readings.
 *
 * @param source where it was read, for people
 * @param waits requests that waited in the queue, if only for a moment
 * @param waitSeconds how long they did, together
 * @param runs runs of the model
 * @param runSeconds how long they took, together, with what the server does to their inputs and outputs
 * @param rows rows in these runs
 * @param runsByRows runs by their number of rows; empty where the server does not tell
 * @param ranges whether these numbers are the upper ends of ranges; Long.MAX_VALUE is then any more
 */
public record ServerCounts(
        String source,
        long waits,
        double waitSeconds,
        long runs,
        double runSeconds,
        double rows,
        NavigableMap<Long, Long> runsByRows,
        boolean ranges) {
    public ServerCounts {
        runsByRows = Collections.unmodifiableNavigableMap(new TreeMap<>(runsByRows));
    }

    /** What was counted since an earlier reading; negative where the server has started anew in between. */
    public ServerCounts since(ServerCounts before) {
        NavigableMap<Long, Long> since = new TreeMap<>();
        runsByRows.forEach((size, count) -> {
            long more = count - before.runsByRows.getOrDefault(size, 0L);
            if (more != 0 || ranges) {
                since.put(size, more);
            }
        });
        return new ServerCounts(
                source,
                waits - before.waits,
                waitSeconds - before.waitSeconds,
                runs - before.runs,
                runSeconds - before.runSeconds,
                rows - before.rows,
                since,
                ranges);
    }

    /** Whether the model was run at all, and never less often than nothing. */
    public boolean isUsable() {
        return runs > 0 && waits >= 0;
    }

    /** Mean time in the queue, in microseconds; NaN where nothing waited. */
    public double meanWaitMicros() {
        return waits == 0 ? Double.NaN : waitSeconds * 1e6 / waits;
    }

    /** Mean time of a run, in microseconds; NaN where there was none. */
    public double meanRunMicros() {
        return runs == 0 ? Double.NaN : runSeconds * 1e6 / runs;
    }

    /** Mean rows of a run; NaN where there was none. */
    public double meanRows() {
        return runs == 0 ? Double.NaN : rows / runs;
    }
}
