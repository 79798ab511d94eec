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
                    number("%,.0f", rates.median()),
                    number("%.0f%%", 100 * rates.spread()),
                    number("%.2f", rates.median() / result.settings().get(0).median(ScaleReading::perSecond)),
                    number("%.2f", each.median(ScaleReading::p99Millis)),
                    number("%.1f", each.median(ScaleReading::cpuMicros)),
                    number("%.2f", each.median(ScaleReading::serverCores)) + " of " + each.cores(),
                    number("%.2f", each.median(ScaleReading::toolCores)),
                    each.limit());
        }
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** A dash for what could not be measured. */
    private static String number(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
    }
}
