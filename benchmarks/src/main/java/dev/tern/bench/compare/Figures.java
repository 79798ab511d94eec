package dev.tern.bench.compare;

import dev.tern.bench.measure.Units;
import dev.tern.bench.report.RunFile;
import dev.tern.bench.report.WindowCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** The figures of two runs, in pairs. */
final class Figures {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};
    private static final double NANOS_IN_MICRO = 1e3;

    private final RunFile first;
    private final RunFile second;
    private final List<Pair> pairs = new ArrayList<>();

    private Figures(RunFile first, RunFile second) {
        this.first = first;
        this.second = second;
    }

    /** In the order to show; what neither run has is left out. */
    static List<Pair> of(RunFile first, RunFile second) {
        Figures figures = new Figures(first, second);
        figures.add("rate", Units::rate, run -> run.number("requests_per_second"));
        figures.add("goodput", Units::rate, run -> run.number("goodput_per_second"));
        figures.add("errors", Units::share, Figures::errors);
        figures.add("mean", Units::span, run -> latency(run, run.latencies().getMean()));
        for (double each : PERCENTILES) {
            figures.add(Units.percentile(each), Units::span, run -> latency(run, percentile(run, each)));
        }
        figures.add("max", Units::span, run -> latency(run, percentile(run, 100)));
        figures.add("mean batch", Units::number, run -> server(run, WindowCounts::meanRows));
        figures.add("in the queue", Units::span, run -> server(run, WindowCounts::queueMicros));
        figures.add("run of the model", Units::span, run -> server(run, WindowCounts::runMicros));
        return figures.pairs;
    }

    private void add(String name, DoubleFunction<String> unit, ToDoubleFunction<RunFile> figure) {
        double one = figure.applyAsDouble(first);
        double other = figure.applyAsDouble(second);
        if (Double.isFinite(one) || Double.isFinite(other)) {
            pairs.add(new Pair(name, unit.apply(one), unit.apply(other), other / one));
        }
    }

    private static double errors(RunFile run) {
        return 1 - run.number("requests.answered") / run.number("requests.sent");
    }

    private static double percentile(RunFile run, double percentile) {
        return (double) run.latencies().getValueAtPercentile(percentile);
    }

    private static double latency(RunFile run, double nanos) {
        Histogram latencies = run.latencies();
        return latencies.getTotalCount() == 0 ? Double.NaN : nanos / NANOS_IN_MICRO;
    }

    private static double server(RunFile run, ToDoubleFunction<WindowCounts> figure) {
        return run.server().map(figure::applyAsDouble).orElse(Double.NaN);
    }

    /**
     * One figure of both.
     *
     * @param ratio the second over the first; not finite where that says nothing
     */
    record Pair(String name, String first, String second, double ratio) {}
}
