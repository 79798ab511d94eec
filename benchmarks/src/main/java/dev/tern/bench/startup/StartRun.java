package dev.tern.bench.startup;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.figures.Series;
import dev.tern.bench.process.ServerProcess;
import dev.tern.bench.target.TargetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Starts servers over and over. Used by one thread. */
public final class StartRun {
    private static final String MODEL = "ranker";
    private static final double FIRST_ANSWER_SECONDS = 0.8;
    private static final double READY_SECONDS = 5;
    private static final double FIRST_OVER_STEADY = 2;
    private static final double EARLY_OVER_STEADY = 0.8;

    private final StartSettings settings;
    private final Consumer<String> progress;

    /** Tells {@code progress} of every start. */
    public StartRun(StartSettings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * One repetition.
     *
     * @param firstAnswer seconds from the start to an answer, without warm-up
     * @param ready seconds from the start to readiness
     * @param firstP99 of the first requests after readiness, milliseconds
     * @param earlyRate answers per second in the first seconds after readiness
     * @param steadyRate the same when it has run for a while
     * @param steadyP99 as {@code firstP99}, then
     */
    private record Repetition(
            double firstAnswer, double ready, double firstP99, double earlyRate, double steadyRate, double steadyP99) {}

    /**
     * Measures; blocks. The first repetition warms up this process and is left out.
     *
     * @throws IOException when a server cannot be started
     */
    public ScenarioResult measure() throws IOException {
        Path repository = Files.createTempDirectory("tern-start");
        List<Repetition> repetitions = new ArrayList<>();
        try {
            for (int i = 0; i <= settings.repeat(); i++) {
                Repetition repetition = repetition(repository);
                progress.accept(text(i == 0 ? "left out: " : "", repetition));
                if (i > 0) {
                    repetitions.add(repetition);
                }
            }
            return new ScenarioResult("start", figures(repetitions), List.of(), "");
        } catch (TargetException e) {
            return new ScenarioResult("start", List.of(), List.of(), String.valueOf(e.getMessage()));
        } finally {
            Files.delete(repository);
        }
    }

    private Repetition repetition(Path repository) throws IOException {
        double firstAnswer;
        try (StartedServer cold = start(repository, "--warm-up=none")) {
            firstAnswer = cold.firstAnswerSeconds(MODEL);
        }
        double firstP99;
        try (StartedServer fresh = start(repository)) {
            double unused = fresh.readySeconds();
            firstP99 = fresh.p99Millis(MODEL);
        }
        try (StartedServer fresh = start(repository)) {
            double ready = fresh.readySeconds();
            double early = fresh.loaded(MODEL, settings.early());
            double unused = fresh.loaded(MODEL, settings.meanwhile());
            double steady = fresh.loaded(MODEL, settings.early());
            return new Repetition(firstAnswer, ready, firstP99, early, steady, fresh.p99Millis(MODEL));
        }
    }

    private StartedServer start(Path repository, String... more) throws IOException {
        List<String> flags = new ArrayList<>(List.of("--demo"));
        flags.addAll(List.of(more));
        flags.addAll(settings.flags());
        long began = System.nanoTime();
        return new StartedServer(
                ServerProcess.start(
                        settings.server(), settings.serverCores(), repository, flags.toArray(String[]::new)),
                began);
    }

    private static List<Figure> figures(List<Repetition> repetitions) {
        Series early = series("requests/s in the first seconds after readiness", repetitions, Repetition::earlyRate);
        Series steady = series("requests/s later", repetitions, Repetition::steadyRate);
        Series first = series("p99 ms of the first 1,000 requests", repetitions, Repetition::firstP99);
        Series later = series("p99 ms of 1,000 requests later", repetitions, Repetition::steadyP99);
        return List.of(
                new Figure(
                        series("s from start to the first answer, no warm-up", repetitions, Repetition::firstAnswer),
                        Goal.atMost(FIRST_ANSWER_SECONDS),
                        List.of()),
                new Figure(
                        series("s from start to ready", repetitions, Repetition::ready),
                        Goal.atMost(READY_SECONDS),
                        List.of()),
                Figure.ratio(
                        "p99 of the first 1,000 requests over that later",
                        first,
                        later,
                        Goal.atMost(FIRST_OVER_STEADY)),
                Figure.ratio(
                        "throughput in the first seconds after readiness over that later",
                        early,
                        steady,
                        Goal.atLeast(EARLY_OVER_STEADY)));
    }

    private static Series series(String name, List<Repetition> repetitions, ToDoubleFunction<Repetition> quantity) {
        return new Series(
                name, repetitions.stream().map(quantity::applyAsDouble).toList());
    }

    private static String text(String note, Repetition of) {
        return String.format(
                Locale.ROOT,
                "%sfirst answer after %.2f s, ready after %.2f s, p99 %.2f ms at first and %.2f ms later,"
                        + " %,.0f/s at first and %,.0f/s later",
                note,
                of.firstAnswer(),
                of.ready(),
                of.firstP99(),
                of.steadyP99(),
                of.earlyRate(),
                of.steadyRate());
    }
}
