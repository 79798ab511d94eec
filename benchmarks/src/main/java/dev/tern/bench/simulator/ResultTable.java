package dev.tern.bench.simulator;

import java.util.List;
import java.util.Locale;

/** Results as a table for a terminal, line by line. */
public final class ResultTable {
    private static final int LEAST_WIDTH = 10;
    private static final double PERCENT = 100;

    private final int width;
    private final boolean levels;
    private final boolean lengths;

    /** A table for the results of this comparison. */
    public ResultTable(Comparison comparison) {
        int longest =
                comparison.policies().stream().mapToInt(String::length).max().orElse(0);
        this.width = Math.max(
                comparison.policies().contains("tuned") ? "triton:preferred=none,delay=0.25ms".length() : LEAST_WIDTH,
                longest);
        this.levels = comparison.scenario().levels() > 1;
        this.lengths = comparison.scenario().lengths().most() > 1;
    }

    /** What was simulated, in a few lines. */
    public static String title(Comparison comparison) {
        Scenario of = comparison.scenario();
        return format(
                "curve      %s, noise %.2f%n"
                        + "machine    %d instances, max batch size %d, capacity %,.0f requests/s%n"
                        + "traffic    %s, %s rows, length %s, deadline %s%s%n"
                        + "simulated  %,d requests after %,d of warm-up, seed %d%s%n%n",
                of.curve(),
                of.noise(),
                of.instances(),
                of.maxBatchSize(),
                of.capacity(),
                of.arrivals(),
                of.rows(),
                of.lengths(),
                of.deadline(),
                of.objectiveNanos() == 0 ? "" : ", objective " + Spans.text(of.objectiveNanos()),
                of.requests() - of.warmUp(),
                of.warmUp(),
                of.seed(),
                comparison.repeat() == 1 ? "" : format(", medians of %d seeds", comparison.repeat()));
    }

    /** The names of the columns. */
    public String head() {
        return format(
                "%6s  %-" + width + "s%s%11s%11s%11s%8s%8s%9s%9s%9s%9s%9s%8s%6s%s%n",
                "load",
                "policy",
                levels ? " level" : "",
                "offered/s",
                "answered/s",
                "good/s",
                "refused",
                "dropped",
                "mean",
                "p50",
                "p90",
                "p99",
                "p99.9",
                "batch",
                "busy",
                lengths ? "  waste" : "");
    }

    /** One line for each. */
    public String lines(List<Result> results) {
        StringBuilder text = new StringBuilder();
        results.forEach(each -> text.append(line(each)));
        return text.toString();
    }

    private String line(Result of) {
        return format(
                "%5.0f%%  %-" + width + "s%s%,11.0f%,11.0f%,11.0f%7.1f%%%7.1f%%%9s%9s%9s%9s%9s%8.1f%5.0f%%%s%n",
                of.load() * PERCENT,
                of.policy(),
                levels ? format("%6s", of.level() == 0 ? "all" : of.level()) : "",
                of.offered(),
                of.answered(),
                of.good(),
                of.refused() * PERCENT,
                of.dropped() * PERCENT,
                Spans.text(of.mean()),
                Spans.text(of.p50()),
                Spans.text(of.p90()),
                Spans.text(of.p99()),
                Spans.text(of.p999()),
                of.batch(),
                of.utilisation() * PERCENT,
                lengths ? format("%6.1f%%", of.waste() * PERCENT) : "");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
