package dev.tern.bench.lifecycle;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.metrics.MetricsPage;
import dev.tern.bench.models.BenchModels;
import dev.tern.bench.run.Verification;
import dev.tern.bench.run.WindowWatch;
import dev.tern.bench.target.Target;
import dev.tern.bench.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The same load with and without a copy of every request going to another version of the model. */
final class Shadowing implements Scenario {
    private static final String MODEL = Reloads.MODEL;
    private static final String OFF = Reloader.BOTH;
    private static final String ON =
            OFF + "parameters { key: \"tern.traffic.shadow\" value { string_value: \"1:100\" } }\n";
    private static final String COPIES = "tern_shadow_requests_total";

    @Override
    public String name() {
        return "shadow";
    }

    @Override
    public List<String> write(Path repository) throws IOException {
        BenchModels.writeVersions(repository, MODEL, OFF, 2);
        return List.of(MODEL);
    }

    @Override
    public List<String> flags() {
        return Reloads.EXPLICIT;
    }

    @Override
    public List<Figure> measure(Lab lab, Path repository) throws IOException {
        double rate = lab.settings().load() * lab.capacity(MODEL);
        Slices alone = new Slices("without copies");
        Slices copied = new Slices("with copies");
        try (Target server = Target.connect(new TargetSettings(lab.address(), 1, 1, Duration.ZERO, false))) {
            for (int i = 0; i < lab.settings().repeat(); i++) {
                List<String> order = i % 2 == 0 ? List.of(OFF, ON) : List.of(ON, OFF);
                for (String settings : order) {
                    BenchModels.configure(repository, MODEL, settings);
                    server.load(MODEL);
                    Slices slices = settings.equals(ON) ? copied : alone;
                    slices.add(lab.slice(slices.name(), MODEL, rate, i, Verification.NONE, WindowWatch.NONE));
                }
            }
        }
        return figures(rate, alone, copied, MetricsPage.parse(lab.metrics()));
    }

    static List<Figure> figures(double rate, Slices alone, Slices copied, MetricsPage page) {
        List<Series> parts = new ArrayList<>(copied.parts());
        parts.addAll(alone.parts());
        double all = page.sum(COPIES, Map.of("model", MODEL));
        double compared = page.sum(COPIES, Map.of("model", MODEL, "outcome", "compared"));
        String load = Texts.format("%s at %,.0f requests/s: ", MODEL, rate);
        return List.of(
                new Figure(
                        new Series(
                                load + "p99 with a copy of every request to another version over without",
                                List.of(copied.percentileMillis(99) / alone.percentileMillis(99))),
                        Goal.atMost(1.1),
                        parts),
                new Figure(
                        new Series(
                                load + "share of the copies that were answered and compared, the others were dropped",
                                List.of(compared / all)),
                        Goal.NONE,
                        List.of(new Series("copies, those of settling included", List.of(all)))));
    }
}
