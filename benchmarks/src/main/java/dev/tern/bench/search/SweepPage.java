package dev.tern.bench.search;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Quantity;
import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.measure.Units;
import dev.tern.bench.plot.Chart;
import dev.tern.bench.plot.Line;
import dev.tern.bench.plot.Line.Spot;
import dev.tern.bench.report.HtmlPage;
import dev.tern.bench.report.JsonReport;
import dev.tern.bench.report.Plots;
import dev.tern.bench.report.RunFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Points as a page: throughput against latency, and each probe of a search. */
public final class SweepPage {
    private final List<Point> byRate;
    private final RunFile run;
    private final HtmlPage page;
    private final List<RateVerdict> verdicts;
    private final String objective;

    private SweepPage(Sweep sweep, String toolVersion) {
        byRate = sweep.points().stream()
                .sorted(Comparator.comparingDouble(Point::rate))
                .toList();
        run = RunFile.parse(JsonReport.of(sweep.last(), List.of(), toolVersion));
        String asked = sweep.search().isPresent() ? "objective " + sweep.objective() + ", " : "";
        verdicts = sweep.verdicts();
        objective = sweep.objective();
        page = new HtmlPage(run.title(), asked + run.subtitle());
    }

    /** The whole page. */
    public static String of(Sweep sweep, String toolVersion) {
        SweepPage writer = new SweepPage(sweep, toolVersion);
        sweep.search().ifPresent(writer::found);
        writer.generator(sweep.search().filter(Outcome::isGeneratorLimited).isPresent());
        writer.assertions();
        writer.plots();
        writer.table();
        sweep.search().ifPresent(writer::probes);
        Map<String, String> settings = new LinkedHashMap<>(writer.run.settings());
        settings.keySet().removeIf(name -> name.startsWith("load.") || name.equals("seed"));
        writer.page.section("Settings");
        writer.page.words(List.of("setting", "value"), settings);
        return writer.page.end(
                "Poisson arrivals; latencies are those of answers, from the time a request was to be sent.");
    }

    private void found(Outcome outcome) {
        Map<String, String> tiles = new LinkedHashMap<>();
        tiles.put(
                "highest rate",
                outcome.best().isPresent() ? Units.rate(outcome.best().getAsDouble()) : "none");
        outcome.bestProbe().ifPresent(best -> {
            Measurement measured = best.point().measurement();
            tiles.put("p50 there", text("p50", measured));
            tiles.put("p99 there", text("p99", measured));
            tiles.put("errors there", text("errors", measured));
        });
        tiles.put("rates tried", Units.number(outcome.probes().size()));
        page.tiles(tiles);
    }

    /** Where the figures are the generator's own; a search may have ended for its sake. */
    private void generator(boolean ended) {
        List<String> notes = new ArrayList<>();
        if (ended) {
            notes.add("The generator could not send at the rates above: the server may do more.");
        }
        List<String> limited = byRate.stream()
                .filter(each -> each.measurement().isGeneratorLimited())
                .map(each -> Units.rate(each.rate()))
                .toList();
        if (!limited.isEmpty()) {
            notes.add("The generator, not the server, was the bottleneck at " + String.join(", ", limited)
                    + ": what stands there may be its own speed. Raise --threads, or give it more cores of its own.");
        }
        page.notes(notes);
    }

    private void assertions() {
        if (!verdicts.isEmpty()) {
            page.section("Assertions");
            page.numbers(
                    List.of("rate", "condition", "verdict"),
                    verdicts.stream()
                            .map(each -> List.of(Units.rate(each.rate()), objective, each.verdict()))
                            .toList());
        }
    }

    private void plots() {
        page.beginPlots();
        List<Line> latencies = List.of(latency("p50", 50), latency("p99", 99), latency("p99.9", 99.9));
        chart(
                "Throughput against latency",
                "answers per second",
                "each point is a rate that was sent",
                latencies,
                true);
        chart(
                "Answered against sent",
                "requests sent per second",
                "where the line bends, the server cannot follow",
                List.of(line(
                        "answered", Point::rate, point -> point.measurement().perSecond(), "/s")),
                false);
        if (byRate.stream().anyMatch(each -> each.counts().isPresent())) {
            chart(
                    "Mean batch",
                    "requests sent per second",
                    "rows in a run of the model",
                    List.of(line("rows", Point::rate, point -> counted(point, ServerCounts::meanRows), " rows")),
                    false);
            chart(
                    "Server-side time",
                    "requests sent per second",
                    "mean of a request in the queue, and of a run",
                    List.of(
                            line(
                                    "in the queue",
                                    Point::rate,
                                    point -> counted(point, ServerCounts::meanWaitMicros),
                                    " us"),
                            line("run", Point::rate, point -> counted(point, ServerCounts::meanRunMicros), " us")),
                    true);
        }
        page.endPlots();
    }

    private void chart(String caption, String along, String remark, List<Line> lines, boolean latency) {
        page.plot(
                caption,
                remark,
                new Chart(
                                caption,
                                Plots.along(along, lines),
                                latency ? Plots.latency(lines) : Plots.count("", lines),
                                lines)
                        .svg());
    }

    private Line latency(String name, double percentile) {
        return line(
                name,
                point -> point.measurement().perSecond(),
                point -> point.measurement().latencies().getTotalCount() == 0
                        ? Double.NaN
                        : point.measurement().latencies().getValueAtPercentile(percentile) / 1e3,
                " us");
    }

    private Line line(String name, ToDoubleFunction<Point> x, ToDoubleFunction<Point> y, String unit) {
        List<Spot> spots = new ArrayList<>();
        for (Point each : byRate) {
            double value = y.applyAsDouble(each);
            String hint = name + " at " + Units.rate(each.rate()) + ": " + Units.number(value) + unit;
            spots.add(new Spot(x.applyAsDouble(each), value, hint));
        }
        return new Line(name, spots);
    }

    private void table() {
        page.section("Points");
        List<List<String>> rows = new ArrayList<>();
        for (Point each : byRate) {
            Measurement measured = each.measurement();
            rows.add(List.of(
                    Units.rate(each.rate()),
                    text("rate", measured),
                    text("p50", measured),
                    text("p99", measured),
                    text("p99.9", measured),
                    text("max", measured),
                    text("errors", measured),
                    Units.number(counted(each, ServerCounts::meanRows)),
                    measured.isGeneratorLimited() ? "too slow" : "kept up"));
        }
        page.numbers(
                List.of("sent", "answered", "p50", "p99", "p99.9", "max", "errors", "mean batch", "generator"), rows);
    }

    private void probes(Outcome outcome) {
        page.section("Probes, in order");
        List<List<String>> rows = new ArrayList<>();
        for (Probe each : outcome.probes()) {
            rows.add(List.of(
                    Units.rate(each.point().rate()) + (each.confirming() ? ", confirming" : ""),
                    each.windowsMet() + " of " + each.objections().size(),
                    each.met() ? "met" : "not met",
                    each.objection()));
        }
        page.numbers(List.of("rate", "windows that met it", "verdict", "last objection"), rows);
    }

    private static double counted(Point point, ToDoubleFunction<ServerCounts> figure) {
        return point.counts().map(figure::applyAsDouble).orElse(Double.NaN);
    }

    private static String text(String quantity, Measurement measured) {
        return Quantity.named(quantity)
                .map(each -> each.text(each.of(measured)))
                .orElse("-");
    }
}
