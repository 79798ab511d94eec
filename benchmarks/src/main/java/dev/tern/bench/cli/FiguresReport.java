package dev.tern.bench.cli;

import dev.tern.bench.figures.FiguresTable;
import dev.tern.bench.figures.ScenarioResult;
import java.util.List;
import java.util.function.Function;

/**
 * Figures as their table.
 *
 * @param machines makes the JSON
 */
record FiguresReport(Function<List<ScenarioResult>, String> machines) implements Measuring.Report<ScenarioResult> {
    @Override
    public String text(List<ScenarioResult> results) {
        return FiguresTable.of(results);
    }

    @Override
    public String json(List<ScenarioResult> results) {
        return machines.apply(results);
    }

    @Override
    public boolean isWhole(ScenarioResult result) {
        return result.failure().isEmpty();
    }
}
