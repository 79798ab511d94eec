package dev.tern.bench.scale;

import dev.tern.bench.figures.Series;
import java.util.List;
import java.util.Locale;

/**
 * Results as a Markdown table: medians of the repetitions; a spread is the largest less the smallest over the median, growth
 * the rate over that of the first setting.
 */
public final class ScaleTable {
    private final StringBuilder text = new StringBuilder();

    private ScaleTable() {}

    /** The whole table, ending with a line break. */
    public static String of(List<ScaleResult> results) {
        ScaleTable table = new ScaleTable();
        table.row(
                "model",
                "event loops",
                "instances",
                "requests/s",
                "spread",
                "growth",
                "p99 ms",
                "server CPU µs a request",
                "server's cores in use",
                "generator's",
                "limited by");
        table.row("---", "---", "---", "---", "---", "---", "---", "---", "---", "---", "---");
        results.forEach(table::add);
        return table.text.toString();
    }

    private void add(ScaleResult result) {
        if (!result.failure().isEmpty()) {
            row(result.model(), "not measured: " + result.failure(), "–", "–", "–", "–", "–", "–", "–", "–", "–");
        }
        for (SettingResult each : result.settings()) {
            Series rates = each.series(ScaleReading::perSecond);
            row(
                    result.model(),
                    Integer.toString(each.setting().eventLoops()),
                    Integer.toString(each.setting().instances()),
                    format("%,.0f", rates.median()),
                    format("%.0f%%", 100 * rates.spread()),
                    format("%.2f", rates.median() / result.settings().get(0).median(ScaleReading::perSecond)),
                    format("%.2f", each.median(ScaleReading::p99Millis)),
                    format("%.1f", each.median(ScaleReading::cpuMicros)),
                    format("%.2f of %d", each.median(ScaleReading::serverCores), each.cores()),
                    format("%.2f", each.median(ScaleReading::toolCores)),
                    each.limit());
        }
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
