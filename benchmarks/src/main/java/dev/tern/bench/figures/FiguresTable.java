package dev.tern.bench.figures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Results as Markdown: the figures, then the quantities behind them, then what the reader should know. A spread is the
 * largest repetition less the smallest, over the median.
 */
public final class FiguresTable {
    private final StringBuilder text = new StringBuilder();

    private FiguresTable() {}

    /** The whole text, ending with a line break. */
    public static String of(List<ScenarioResult> results) {
        FiguresTable table = new FiguresTable();
        table.row("scenario", "figure", "median", "spread", "each repetition", "to reach", "reached");
        table.row("---", "---", "---", "---", "---", "---", "---");
        results.forEach(table::figures);
        table.text.append('\n');
        boolean parts = results.stream()
                .flatMap(each -> each.figures().stream())
                .anyMatch(each -> !each.parts().isEmpty());
        if (parts) {
            table.row("measured", "median", "spread", "each repetition");
            table.row("---", "---", "---", "---");
            results.forEach(table::parts);
            table.text.append('\n');
        }
        results.forEach(table::notes);
        return table.text.toString();
    }

    private void figures(ScenarioResult result) {
        for (Figure each : result.figures()) {
            row(
                    result.scenario(),
                    each.ratios().name(),
                    number(each.ratios().median()),
                    spread(each.ratios()),
                    numbers(each.ratios()),
                    each.goal().toString(),
                    each.goal().bound() == Goal.Bound.NONE ? "–" : each.isReached() ? "yes" : "no");
        }
        if (!result.failure().isEmpty()) {
            row(result.scenario(), "not measured: " + result.failure(), "–", "–", "–", "–", "no");
        }
    }

    private void parts(ScenarioResult result) {
        for (Figure figure : result.figures()) {
            figure.parts().forEach(each -> row(each.name(), number(each.median()), spread(each), numbers(each)));
        }
    }

    private void notes(ScenarioResult result) {
        Map<String, Long> notes = new LinkedHashMap<>();
        for (TrialReading each : result.trials()) {
            if (each.reading().generatorLimited()) {
                notes.merge("repetitions limited by the generator, " + each.trial(), 1L, Long::sum);
            }
            each.reading()
                    .refusals()
                    .forEach((code, count) ->
                            notes.merge("requests ended with " + code + ", " + each.trial(), count, Long::sum));
        }
        notes.forEach((what, count) -> text.append(Texts.format("- %,d %s%n", count, what)));
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Of one repetition there is none. */
    private static String spread(Series series) {
        double spread = series.spread();
        return series.values().size() < 2 || !Double.isFinite(spread) ? "–" : Texts.format("%.0f%%", 100 * spread);
    }

    private static String numbers(Series series) {
        return series.values().stream().map(FiguresTable::number).collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        return Texts.format(value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }
}
