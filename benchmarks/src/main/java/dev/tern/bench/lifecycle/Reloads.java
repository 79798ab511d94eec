package dev.tern.bench.lifecycle;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Texts;
import dev.tern.bench.models.BenchModels;
import dev.tern.bench.run.Verification;
import dev.tern.bench.run.WindowWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The same load with and without a reload every two seconds, of two versions by turns whose answers differ. */
final class Reloads implements Scenario {
    /** Its capacity is low enough for a load tester on one core to check every answer. */
    static final String MODEL = "mlp-1024-unbatched";
    /** Models change when they are told to. */
    static final List<String> EXPLICIT = List.of("--model-control-mode=explicit", "--load-model=*");

    private static final int FEW = 20;
    private static final int MANY = 200;
    private static final double MEBI = 1 << 20;
    private static final double TOLERANCE = 1e-4;
    private static final Verification CHECKED = Verification.byVersion(TOLERANCE, List.of("1", "2"));

    @Override
    public String name() {
        return "reload";
    }

    @Override
    public List<String> write(Path repository) throws IOException {
        BenchModels.writeVersions(repository, MODEL, Reloader.BOTH, 2);
        return List.of(MODEL);
    }

    @Override
    public List<String> flags() {
        return EXPLICIT;
    }

    @Override
    public List<Figure> measure(Lab lab, Path repository) throws IOException {
        double rate = lab.settings().load() * lab.capacity(MODEL);
        Slices still = new Slices("without reloads");
        Slices reloaded = new Slices("with reloads");
        List<Double> counts = new ArrayList<>();
        List<Double> times = new ArrayList<>();
        OptionalLong few;
        OptionalLong many;
        try (Reloader reloader = new Reloader(lab.address(), repository, lab::memory)) {
            for (int i = 0; i < lab.settings().repeat(); i++) {
                if (i % 2 == 0) {
                    still.add(lab.slice("without reloads", MODEL, rate, i, CHECKED, WindowWatch.NONE));
                }
                reloader.begin();
                reloaded.add(lab.slice("with reloads", MODEL, rate, i, CHECKED, reloader));
                Reloader.Done done = reloader.done();
                counts.add((double) done.reloads());
                times.add(done.meanMillis());
                if (i % 2 == 1) {
                    still.add(lab.slice("without reloads", MODEL, rate, i, CHECKED, WindowWatch.NONE));
                }
            }
            few = reloader.memoryAfter(FEW);
            many = reloader.memoryAfter(MANY);
        }
        List<Figure> figures = new ArrayList<>(figures(
                rate,
                still,
                reloaded,
                List.of(new Series("reloads", counts), new Series("a reload took, mean ms", times))));
        if (few.isPresent() && many.isPresent()) {
            figures.add(memory((double) few.getAsLong(), (double) many.getAsLong()));
        } else {
            lab.progress("no figure of memory: fewer than " + MANY + " reloads (expected: --repeat and --duration that"
                    + " make for more than 400 s)");
        }
        return figures;
    }

    private static Figure memory(double few, double many) {
        return new Figure(
                new Series(
                        "resident memory of the server after " + MANY + " reloads over after " + FEW,
                        List.of(many / few)),
                Goal.atMost(1.05),
                List.of(
                        new Series("resident memory after " + FEW + " reloads, MiB", List.of(few / MEBI)),
                        new Series("resident memory after " + MANY + " reloads, MiB", List.of(many / MEBI))));
    }

    static List<Figure> figures(double rate, Slices still, Slices reloaded, List<Series> more) {
        String load = Texts.format("%s at %,.0f requests/s: ", MODEL, rate);
        List<Series> parts = new ArrayList<>(more);
        parts.addAll(reloaded.parts());
        parts.addAll(still.parts());
        return List.of(
                new Figure(
                        new Series(
                                load + "p99 with a reload every 2 s over without",
                                List.of(reloaded.percentileMillis(99) / still.percentileMillis(99))),
                        Goal.atMost(1.5),
                        parts),
                new Figure(
                        new Series(
                                load + "requests without an answer, with reloads", List.of((double) reloaded.lost())),
                        Goal.atMost(0),
                        List.of()),
                new Figure(
                        new Series(load + "answers of the version that gave fewer, with reloads", List.of((double)
                                reloaded.fewest())),
                        Goal.atLeast(1),
                        List.of()),
                new Figure(
                        new Series(
                                load + "answers that are not those of the version they claim, of " + reloaded.checked(),
                                List.of((double) reloaded.wrong())),
                        Goal.atMost(0),
                        List.of()));
    }
}
