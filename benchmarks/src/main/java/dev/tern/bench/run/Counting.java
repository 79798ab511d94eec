package dev.tern.bench.run;

import dev.tern.bench.load.Mix;
import dev.tern.bench.load.Source;
import dev.tern.bench.load.Stage;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Part;
import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.measure.Steps;
import dev.tern.bench.measure.Window;
import dev.tern.bench.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts a run's parts, models and steps, beside the whole. Made for one window. */
final class Counting {
    private final RunSettings settings;
    private final List<Described> models;
    private final Window window;
    private final List<Part> parts;
    private final List<Stage> stages;
    private final Steps steps;

    Counting(RunSettings settings, List<Described> models, Window window) {
        this.settings = settings;
        this.models = models;
        this.window = window;
        parts = models.stream().map(this::part).toList();
        stages = settings.load().steps();
        steps = new Steps(window.start(), stages.stream().map(Stage::nanos).toList());
    }

    /** What the load sends, each request counted by its model. */
    Mix mix(Target target) {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            Described each = models.get(i);
            sources.add(new Source(
                    target.connections(each.settings().timeout()),
                    each.pool(),
                    each.check(),
                    parts.get(i),
                    each.settings().keys(),
                    settings.seed(),
                    i));
        }
        return Mix.of(
                sources, models.stream().map(each -> each.settings().weight()).toList(), settings.seed());
    }

    Steps steps() {
        return steps;
    }

    /**
     * The figures of the parts, after those of the whole were taken; to be called once.
     *
     * @param counts of each model, what the server counted
     */
    Parts take(Measurement whole, List<Optional<ServerCounts>> counts) {
        List<ModelResult> byModel = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            Described each = models.get(i);
            byModel.add(new ModelResult(
                    each.settings(),
                    each.model(),
                    each.pool().info(),
                    each.check().verdict(),
                    parts.get(i).rowsInWindow(),
                    parts.get(i).take(whole),
                    counts.get(i)));
        }
        List<StepResult> byStep = new ArrayList<>();
        List<Measurement> measured = steps.take(window.start() + window.nanos());
        for (int i = 0; i < measured.size(); i++) {
            byStep.add(new StepResult(stages.get(i), measured.get(i)));
        }
        return new Parts(byModel, byStep);
    }

    private Part part(Described model) {
        long deadline = model.settings().deadlineNanos();
        return models.size() == 1 ? Part.alone(window, deadline) : Part.ofSeveral(window, deadline);
    }
}
