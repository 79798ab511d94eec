package dev.tern.bench.startup;

import dev.tern.bench.figures.Figure;
import dev.tern.bench.figures.Goal;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.figures.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What repetitions say together. */
final class StartFigures {
    private static final Goal FIRST_ANSWER_SECONDS = Goal.atMost(0.8);
    private static final Goal READY_SECONDS = Goal.atMost(5);
    private static final Goal FIRST_OVER_STEADY = Goal.atMost(2);
    private static final Goal EARLY_OVER_STEADY = Goal.atLeast(0.8);

    private final String label;
    private final List<Repetition> repetitions;

    private StartFigures(Archive archive, List<Repetition> repetitions) {
        this.label = archive.label();
        this.repetitions = repetitions;
    }

    static List<ScenarioResult> of(StartSettings settings, Map<Archive, List<Repetition>> repetitions) {
        List<ScenarioResult> results = new ArrayList<>();
        repetitions.forEach((archive, each) -> results.add(new ScenarioResult(
                archive.label(),
                new StartFigures(archive, each).figures(settings.parts(), archive != Archive.OFF),
                List.of(),
                "")));
        List<Repetition> on = repetitions.getOrDefault(Archive.ON, List.of());
        List<Repetition> off = repetitions.getOrDefault(Archive.OFF, List.of());
        if (!on.isEmpty() && !off.isEmpty()) {
            results.add(new ScenarioResult("archive", ratios(settings.parts(), on, off), List.of(), ""));
        }
        return results;
    }

    /** What the archive is worth. */
    private static List<Figure> ratios(List<StartPart> parts, List<Repetition> on, List<Repetition> off) {
        StartFigures with = new StartFigures(Archive.ON, on);
        StartFigures without = new StartFigures(Archive.OFF, off);
        List<Figure> figures = new ArrayList<>();
        if (parts.contains(StartPart.ANSWER)) {
            figures.add(only(without.firstAnswer()
                    .over("time to the first answer, without the archive over with it", with.firstAnswer())));
        }
        if (parts.contains(StartPart.READY)) {
            figures.add(only(without.ready().over("time to ready, without the archive over with it", with.ready())));
        }
        if (parts.contains(StartPart.SPEED)) {
            figures.add(only(without.early()
                    .over("throughput in the first seconds, without the archive over with it", with.early())));
        }
        return figures;
    }

    private static Figure only(Series ratios) {
        return new Figure(ratios, Goal.NONE, List.of());
    }

    private List<Figure> figures(List<StartPart> parts, boolean judged) {
        List<Figure> figures = new ArrayList<>();
        if (parts.contains(StartPart.ANSWER)) {
            figures.add(new Figure(firstAnswer(), judged ? FIRST_ANSWER_SECONDS : Goal.NONE, List.of()));
        }
        if (parts.contains(StartPart.READY)) {
            figures.add(new Figure(ready(), judged ? READY_SECONDS : Goal.NONE, List.of()));
        }
        if (parts.contains(StartPart.SPEED)) {
            figures.add(Figure.ratio(
                    "p99 of the first 1,000 requests over that later",
                    series(
                            "p99 ms of the first 1,000 requests",
                            each -> each.speed().firstP99()),
                    series(
                            "p99 ms of 1,000 requests later",
                            each -> each.speed().steadyP99()),
                    judged ? FIRST_OVER_STEADY : Goal.NONE));
            figures.add(Figure.ratio(
                    "throughput in the first seconds after readiness over that later",
                    early(),
                    series("requests/s later", each -> each.speed().steadyRate()),
                    judged ? EARLY_OVER_STEADY : Goal.NONE));
        }
        return figures;
    }

    private Series firstAnswer() {
        return series("s from start to the first answer, no warm-up", Repetition::firstAnswer);
    }

    private Series ready() {
        return series("s from start to ready", Repetition::ready);
    }

    private Series early() {
        return series(
                "requests/s in the first seconds after readiness",
                each -> each.speed().earlyRate());
    }

    private Series series(String name, ToDoubleFunction<Repetition> quantity) {
        return new Series(
                label + ": " + name,
                repetitions.stream().map(quantity::applyAsDouble).toList());
    }
}
