package dev.tern.bench.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server counted of a window, read back.
 *
 * @param source where it was read
 * @param runs runs of the model
 * @param queueMicros mean time in the queue, in microseconds; NaN where unknown
 * @param runMicros mean time of a run, in microseconds; NaN where unknown
 * @param meanRows mean rows of a run; NaN where unknown
 * @param batches runs by their rows; empty where unknown
 */
public record WindowCounts(
        String source, long runs, double queueMicros, double runMicros, double meanRows, List<Batches> batches) {
    public WindowCounts {
        batches = List.copyOf(batches);
    }

    /**
     * Runs of one size, or of a range of sizes.
     *
     * @param rows such as 8, or 5–8
     * @param runs how many
     */
    public record Batches(String rows, long runs) {}

    static WindowCounts of(JsonObject window) {
        return new WindowCounts(
                window.get("source").getAsString(),
                window.get("runs").getAsLong(),
                number(window, "queue_mean_us"),
                number(window, "run_mean_us"),
                number(window, "batch_rows_mean"),
                batches(window));
    }

    private static List<Batches> batches(JsonObject window) {
        boolean ranges = window.get("batch_rows_are_ranges").getAsBoolean();
        List<Batches> batches = new ArrayList<>();
        long last = 0;
        for (JsonElement each : RunFile.array(window, "batch_rows")) {
            JsonObject entry = each.getAsJsonObject();
            long runs = entry.get("runs").getAsLong();
            long rows = entry.has("rows") ? entry.get("rows").getAsLong() : Long.MAX_VALUE;
            batches.add(new Batches(ranges ? range(last + 1, rows) : Long.toString(rows), runs));
            last = rows;
        }
        return trimmed(batches);
    }

    /** Without the sizes at both ends that never came. */
    private static List<Batches> trimmed(List<Batches> batches) {
        int from = 0;
        int to = batches.size();
        while (from < to && batches.get(from).runs() == 0) {
            from++;
        }
        while (to > from && batches.get(to - 1).runs() == 0) {
            to--;
        }
        return batches.subList(from, to);
    }

    private static String range(long from, long to) {
        if (to == Long.MAX_VALUE) {
            return "over " + (from - 1);
        }
        return from >= to ? Long.toString(to) : from + "–" + to;
    }

    private static double number(JsonObject from, String name) {
        return from.has(name) ? from.get(name).getAsDouble() : Double.NaN;
    }
}
