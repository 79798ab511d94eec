package dev.tern.bench.startup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One repetition; NaN where a part is not measured.
 *
 * @param firstAnswer seconds from the start to an answer, without warm-up
 * @param ready seconds from the start to readiness
 * @param speed at once and later
 */
record Repetition(double firstAnswer, double ready, Speed speed) {
    /**
     * How quick a server is.
     *
     * @param firstP99 of the first requests after readiness, milliseconds
     * @param earlyRate answers per second in the first seconds after readiness
     * @param steadyRate the same when it has run for a while
     * @param steadyP99 as {@code firstP99}, then
     */
    record Speed(double firstP99, double earlyRate, double steadyRate, double steadyP99) {
        static final Speed UNKNOWN = new Speed(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /** For people, on one line. */
    String text() {
        List<String> parts = new ArrayList<>();
        if (!Double.isNaN(firstAnswer)) {
            parts.add(format("first answer after %.3f s", firstAnswer));
        }
        if (!Double.isNaN(ready)) {
            parts.add(format("ready after %.2f s", ready));
        }
        if (!Double.isNaN(speed.steadyRate)) {
            parts.add(format("p99 %.2f ms at first and %.2f ms later", speed.firstP99, speed.steadyP99));
            parts.add(format("%,.0f/s at first and %,.0f/s later", speed.earlyRate, speed.steadyRate));
        }
        return String.join(", ", parts);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
