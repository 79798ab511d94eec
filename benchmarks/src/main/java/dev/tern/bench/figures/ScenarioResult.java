package dev.tern.bench.figures;

import java.util.List;

/**
 * What a scenario gave.
 *
 * @param scenario its name
 * @param figures empty where it could not be measured to the end
 * @param trials everything that was measured for them, in order
 * @param failure why it could not be measured to the end; empty if it could
 */
public record ScenarioResult(String scenario, List<Figure> figures, List<TrialReading> trials, String failure) {
    public ScenarioResult {
        figures = List.copyOf(figures);
        trials = List.copyOf(trials);
    }
}
