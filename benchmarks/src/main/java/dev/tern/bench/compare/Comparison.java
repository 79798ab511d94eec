package dev.tern.bench.compare;

import dev.tern.bench.compare.Figures.Pair;
import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Units;
import dev.tern.bench.plot.Chart;
import dev.tern.bench.plot.Line;
import dev.tern.bench.plot.Line.Spot;
import dev.tern.bench.report.HtmlPage;
import dev.tern.bench.report.Judgements;
import dev.tern.bench.report.Plots;
import dev.tern.bench.report.RunFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Two runs side by side.
 *
 * @param names what the two are called
 * @param runs the two
 * @param judgements what became of assertions
 */
public record Comparison(List<String> names, List<RunFile> runs, List<Judgement> judgements) {
    private static final String ROW = "%-18s %14s %14s %9s\n";
    private static final String SETTING = "%-28s %s | %s\n";

    public Comparison {
        names = List.copyOf(names);
        runs = List.copyOf(runs);
        judgements = List.copyOf(judgements);
    }

    /** As a table for a terminal, ending with a line break. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(Units.format("A  %s: %s, %s%n", names.get(0), first().title(), first().subtitle()));
        text.append(Units.format("B  %s: %s, %s%n%n", names.get(1), second().title(), second().subtitle()));
        text.append(Units.format(ROW, "", "A", "B", "B/A"));
        for (Pair each : Figures.of(first(), second())) {
            text.append(Units.format(ROW, each.name(), each.first(), each.second(), Units.ratio(each.ratio())));
        }
        List<List<String>> differing = differing();
        if (!differing.isEmpty()) {
            text.append("\nsettings that differ, A | B\n");
            differing.forEach(each -> text.append(Units.format(SETTING, each.get(0), each.get(1), each.get(2))));
        }
        text.append(Judgements.text(judgements));
        notes().forEach(each -> text.append("note: ").append(each).append('\n'));
        return text.toString();
    }

    /** What either report says of its own figures, such as that the generator was the bottleneck. */
    private List<String> notes() {
        return Stream.concat(
                        first().notes().stream().map(each -> "A: " + each),
                        second().notes().stream().map(each -> "B: " + each))
                .toList();
    }

    /** As a page. */
    public String html() {
        HtmlPage page = new HtmlPage(
                names.get(0) + " and " + names.get(1), "A: " + first().title() + ". B: " + second().title() + ".");
        page.numbers(
                List.of("figure", "A: " + names.get(0), "B: " + names.get(1), "B/A"),
                Figures.of(first(), second()).stream()
                        .map(each -> List.of(each.name(), each.first(), each.second(), Units.ratio(each.ratio())))
                        .toList());
        page.notes(notes());
        Judgements.onto(page, judgements);
        page.beginPlots();
        page.plot(
                "Latency by percentile",
                "both axes logarithmic: each nine is as wide as the last",
                Plots.percentiles(List.of("A", "B"), List.of(first().latencies(), second().latencies())));
        overTime(page, "p99 over time", "p99_us");
        overTime(page, "Throughput over time", "requests_per_second");
        page.endPlots();
        if (!differing().isEmpty()) {
            page.section("Settings that differ");
            page.numbers(List.of("setting", "A", "B"), differing());
        }
        return page.end(
                "A ratio of two runs at two times compares the machine's moods, too: tern-bench ab alternates two"
                        + " targets within one run.");
    }

    private void overTime(HtmlPage page, String caption, String figure) {
        List<Line> lines = List.of(line("A", first(), figure), line("B", second(), figure));
        if (lines.stream().noneMatch(each -> each.spots().isEmpty())) {
            boolean latency = figure.endsWith("_us");
            page.plot(
                    caption,
                    "by the second in which the answers came",
                    new Chart(
                                    caption,
                                    Plots.along("seconds since the measured window began", lines),
                                    latency ? Plots.latency(lines) : Plots.count("per second", lines),
                                    lines)
                            .svg());
        }
    }

    private static Line line(String name, RunFile run, String figure) {
        List<Double> from = run.seconds("from_s");
        List<Double> length = run.seconds("length_s");
        List<Double> values = run.seconds(figure);
        List<Spot> spots = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            spots.add(new Spot(from.get(i) + length.get(i), values.get(i), name + ": " + Units.number(values.get(i))));
        }
        return new Line(name, spots);
    }

    /** Name, first and second, by name. */
    private List<List<String>> differing() {
        TreeSet<String> keys = new TreeSet<>(first().settings().keySet());
        keys.addAll(second().settings().keySet());
        List<List<String>> differing = new ArrayList<>();
        for (String key : keys) {
            String one = first().settings().getOrDefault(key, "-");
            String other = second().settings().getOrDefault(key, "-");
            if (!Objects.equals(one, other)) {
                differing.add(List.of(key, one, other));
            }
        }
        return differing;
    }

    private RunFile first() {
        return runs.get(0);
    }

    private RunFile second() {
        return runs.get(1);
    }
}
