package dev.tern.bench.run;

import java.util.List;

/**
 * A run's figures by its parts.
 *
 * @param models one for each model
 * @param steps one for each step of the load; none where it has none
 */
public record Parts(List<ModelResult> models, List<StepResult> steps) {
    public Parts {
        models = List.copyOf(models);
        steps = List.copyOf(steps);
    }

    /** Whether more than one model was asked. */
    public boolean isMix() {
        return models.size() > 1;
    }

    /** Rows a second, by the answers that arrived within the window; 0 for an empty one. */
    public double rowsPerSecond() {
        return models.stream()
                .filter(each -> each.measurement().nanos() > 0)
                .mapToDouble(
                        each -> each.rowsInWindow() * 1e9 / each.measurement().nanos())
                .sum();
    }
}
