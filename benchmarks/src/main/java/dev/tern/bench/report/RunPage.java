package dev.tern.bench.report;

import dev.tern.bench.measure.Units;
import dev.tern.bench.plot.Axis;
import dev.tern.bench.plot.Chart;
import dev.tern.bench.plot.Chart.Edge;
import dev.tern.bench.plot.Line;
import dev.tern.bench.plot.Line.Spot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.HdrHistogram.Histogram;

/** One run as a page. */
public final class RunPage {
    private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.9, 99.99, 100};

    private final RunFile run;
    private final HtmlPage page;

    private RunPage(RunFile run) {
        this.run = run;
        page = new HtmlPage(run.title(), run.subtitle());
    }

    /** The whole page. */
    public static String of(RunFile run) {
        RunPage writer = new RunPage(run);
        writer.page.tiles(tiles(run));
        writer.page.notes(run.notes());
        writer.assertions();
        writer.plots();
        writer.table();
        new PartTables(run).onto(writer.page);
        writer.page.section("Settings");
        writer.page.words(List.of("setting", "value"), run.settings());
        return writer.page.end("Latencies are those of answers, from the time a request was to be sent.");
    }

    /** The figures of a run to see first. */
    static Map<String, String> tiles(RunFile run) {
        Map<String, String> tiles = new LinkedHashMap<>();
        tiles.put("answers", Units.rate(run.number("requests_per_second")));
        tiles.put("in time", Units.rate(run.number("goodput_per_second")));
        Histogram latencies = run.latencies();
        for (double each : new double[] {50, 99, 99.9}) {
            tiles.put(Units.percentile(each), span(latencies, each));
        }
        tiles.put("longest", span(latencies, 100));
        tiles.put("failed", Units.share(1 - run.number("requests.answered") / run.number("requests.sent")));
        run.server().ifPresent(server -> {
            tiles.put("mean batch", Units.number(server.meanRows()) + " rows");
            tiles.put("in the queue", Units.span(server.queueMicros()));
            tiles.put("a run of the model", Units.span(server.runMicros()));
        });
        return tiles;
    }

    private void assertions() {
        if (run.assertions().isEmpty()) {
            return;
        }
        page.section("Assertions");
        page.numbers(
                List.of("condition", "measured", "verdict"),
                run.assertions().stream()
                        .map(each -> List.of(each.condition(), each.measured(), each.met() ? "met" : "NOT MET"))
                        .toList());
    }

    private void plots() {
        page.beginPlots();
        page.plot(
                "Latency by percentile",
                "both axes logarithmic: each nine is as wide as the last",
                Plots.percentiles(List.of("latency"), List.of(run.latencies())));
        if (!run.seconds("from_s").isEmpty()) {
            overTime();
        }
        run.server()
                .filter(server -> Double.isFinite(server.runMicros()))
                .ifPresent(server -> page.plot(
                        "Where the time goes",
                        "mean of a request, by the server's own account: " + server.source(),
                        Plots.split(run.latencies().getMean() / 1e3, server)));
        run.server().ifPresent(server -> batches("Batch sizes", server));
        if (run.isMix()) {
            run.models().forEach(this::ofModel);
        }
        page.endPlots();
    }

    private void ofModel(RunPart model) {
        model.server().filter(server -> Double.isFinite(server.runMicros())).ifPresent(server -> {
            page.plot(
                    "Where the time goes: " + model.name(),
                    "mean of a request, by the server's own account: " + server.source(),
                    Plots.split(model.mean(), server));
            batches("Batch sizes: " + model.name(), server);
        });
    }

    private void batches(String caption, WindowCounts server) {
        if (!server.batches().isEmpty()) {
            page.plot(
                    caption,
                    Units.format("%,d runs, %s rows on average", server.runs(), Units.number(server.meanRows())),
                    Plots.batches(server.batches()));
        }
    }

    private void overTime() {
        List<Line> latencies = List.of(
                line("p50", "p50_us", Units::span),
                line("p99", "p99_us", Units::span),
                line("max", "max_us", Units::span));
        page.plot(
                "Latency over time",
                "by the second in which the answers came",
                chart("latency over time", Plots.latency(latencies), latencies));
        List<Line> rates =
                List.of(line("answers", "requests_per_second", Units::rate), line("failed", "failed", Units::number));
        page.plot(
                "Throughput over time",
                "answers and failures of each second",
                chart("throughput over time", Plots.count("per second", rates), rates));
        List<Line> inFlight = List.of(line("in flight", "in_flight", Units::number));
        page.plot(
                "Requests in flight",
                "at the end of each second",
                chart("requests in flight", Plots.count("requests", inFlight), inFlight));
    }

    /** With the begin of each step. */
    private String chart(String title, Axis side, List<Line> lines) {
        List<Edge> edges = new ArrayList<>();
        double begin = 0;
        for (RunPart step : run.steps()) {
            edges.add(new Edge(begin, step.name() + "/s"));
            begin += step.seconds();
        }
        return new Chart(title, Plots.along("seconds since the measured window began", lines), side, lines, edges)
                .svg();
    }

    /** Each second stands where it ends. */
    private Line line(String name, String figure, DoubleFunction<String> unit) {
        List<Double> from = run.seconds("from_s");
        List<Double> length = run.seconds("length_s");
        List<Double> values = run.seconds(figure);
        List<Spot> spots = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            double at = from.get(i) + length.get(i);
            spots.add(new Spot(at, values.get(i), Units.format("%.1f s: %s", at, unit.apply(values.get(i)))));
        }
        return new Line(name, spots);
    }

    private void table() {
        Histogram latencies = run.latencies();
        page.section("Latency");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("mean", Units.span(latencies.getMean() / 1e3), ""));
        for (double each : PERCENTILES) {
            long beyond = latencies.getTotalCount()
                    - latencies.getCountBetweenValues(0, latencies.getValueAtPercentile(each));
            rows.add(List.of(
                    each == 100 ? "max" : Units.percentile(each), span(latencies, each), Units.format("%,d", beyond)));
        }
        page.numbers(List.of("percentile", "latency", "answers that took longer"), rows);
    }

    private static String span(Histogram latencies, double percentile) {
        return latencies.getTotalCount() == 0 ? "-" : Units.span(latencies.getValueAtPercentile(percentile) / 1e3);
    }
}
