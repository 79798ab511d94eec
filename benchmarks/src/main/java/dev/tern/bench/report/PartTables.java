package dev.tern.bench.report;

import dev.tern.bench.measure.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** A run's parts on its page: a table of its models where there are several, one of its steps where there are any. */
final class PartTables {
    private final RunFile run;

    PartTables(RunFile run) {
        this.run = run;
    }

    void onto(HtmlPage page) {
        if (run.isMix()) {
            page.section("Models");
            page.numbers(
                    List.of(
                            "model",
                            "share",
                            "sent",
                            "answers",
                            "failed",
                            "p50",
                            "p99",
                            "p99.9",
                            "mean batch",
                            "in the queue",
                            "a run"),
                    run.models().stream().map(this::model).toList());
        }
        if (!run.steps().isEmpty()) {
            page.section("Steps");
            page.numbers(
                    List.of("asked for", "length", "sent", "answers", "failed", "p50", "p99", "p99.9"),
                    run.steps().stream().map(PartTables::step).toList());
        }
    }

    private List<String> model(RunPart model) {
        double all = run.models().stream().mapToDouble(RunPart::weight).sum();
        List<String> row = new ArrayList<>(List.of(model.name(), Units.share(model.weight() / all)));
        row.addAll(figures(model));
        row.add(counted(model, WindowCounts::meanRows, Units::number));
        row.add(counted(model, WindowCounts::queueMicros, Units::span));
        row.add(counted(model, WindowCounts::runMicros, Units::span));
        return row;
    }

    private static List<String> step(RunPart step) {
        List<String> row = new ArrayList<>(List.of(step.name() + "/s", Units.number(step.seconds()) + " s"));
        row.addAll(figures(step));
        return row;
    }

    private static List<String> figures(RunPart part) {
        return List.of(
                Units.number(part.sent()),
                Units.rate(part.perSecond()),
                Units.number(part.failed()),
                Units.span(part.p50()),
                Units.span(part.p99()),
                Units.span(part.p999()));
    }

    private static String counted(RunPart model, ToDoubleFunction<WindowCounts> figure, DoubleFunction<String> unit) {
        return unit.apply(model.server().map(figure::applyAsDouble).orElse(Double.NaN));
    }
}
