package dev.tern.bench.report;

import dev.tern.bench.measure.Units;
import dev.tern.bench.plot.Axis;
import dev.tern.bench.plot.Bars;
import dev.tern.bench.plot.Bars.Bar;
import dev.tern.bench.plot.Chart;
import dev.tern.bench.plot.Line;
import dev.tern.bench.plot.Line.Spot;
import dev.tern.bench.plot.LinearScale;
import dev.tern.bench.plot.LogScale;
import dev.tern.bench.plot.NinesScale;
import dev.tern.bench.plot.Scale;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** The plots that more than one page has. Latencies are in microseconds. */
public final class Plots {
    private static final double PER_NINE = 20;
    private static final double NANOS_IN_MICRO = 1e3;
    private static final int DECIMALS = 3;

    private Plots() {}

    /** Latency by percentile, as far as the answers reach; one line for each histogram of nanoseconds. */
    public static String percentiles(List<String> names, List<Histogram> histograms) {
        double nines = histograms.stream()
                .mapToDouble(each -> Math.log10(Math.max(10, (double) each.getTotalCount())))
                .max()
                .orElse(1);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            lines.add(new Line(names.get(i), spots(histograms.get(i))));
        }
        Scale percentiles = new NinesScale(nines);
        return new Chart("latency by percentile", new Axis("percentile", percentiles), latency(lines), lines).svg();
    }

    /** One point for each twentieth of a nine, and no further than one answer in all. */
    private static List<Spot> spots(Histogram nanos) {
        List<Spot> spots = new ArrayList<>();
        double most = nanos.getTotalCount() == 0 ? -1 : Math.log10((double) nanos.getTotalCount());
        for (int step = 0; step <= most * PER_NINE; step++) {
            double percentile = NinesScale.percentile(step / PER_NINE);
            double micros = nanos.getValueAtPercentile(percentile) / NANOS_IN_MICRO;
            spots.add(new Spot(percentile, micros, Units.format("%.5g%%: %s", percentile, Units.span(micros))));
        }
        return spots;
    }

    /** An axis for the latencies of these lines. */
    public static Axis latency(List<Line> lines) {
        double[] values = lines.stream()
                .flatMap(each -> each.spots().stream())
                .mapToDouble(Spot::y)
                .filter(each -> each > 0)
                .sorted()
                .toArray();
        double smallest = values.length == 0 ? 1 : values[0];
        double largest = values.length == 0 ? 1 : values[values.length - 1];
        return new Axis("latency", LogScale.around(smallest, largest, Plots::roundSpan));
    }

    /** An axis for numbers per second, or of anything, from 0 up to the largest of these lines. */
    public static Axis count(String name, List<Line> lines) {
        return new Axis(name, LinearScale.upTo(largest(lines, Spot::y), Units::number));
    }

    /** The same along the bottom. */
    public static Axis along(String name, List<Line> lines) {
        return new Axis(name, LinearScale.upTo(largest(lines, Spot::x), Units::number));
    }

    /** Runs of the model by their number of rows. */
    public static String batches(List<WindowCounts.Batches> batches) {
        double all = batches.stream().mapToLong(WindowCounts.Batches::runs).sum();
        List<Bar> bars = batches.stream()
                .map(each -> new Bar(
                        each.rows(),
                        (double) each.runs(),
                        Units.format(
                                "%,d runs of %s rows (%s)", each.runs(), each.rows(), Units.share(each.runs() / all))))
                .toList();
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        return new Bars("batch sizes", "rows in a run", new Axis("runs", LinearScale.upTo(most, Units::number)), bars)
                .svg();
    }

    /** A request's mean latency as the caller sees it, and what of it the server knows of. */
    public static String split(double meanMicros, WindowCounts server) {
        double rest = Math.max(0, meanMicros - server.queueMicros() - server.runMicros());
        List<Bar> bars = List.of(
                span("queue", server.queueMicros()),
                span("run", server.runMicros()),
                span("all else", rest),
                span("in all", meanMicros));
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        return new Bars(
                        "where the time goes",
                        "a run is as long for each request in it; all else: network, codecs, client",
                        new Axis("time", LinearScale.upTo(most, Plots::roundSpan)),
                        bars)
                .svg();
    }

    private static Bar span(String name, double micros) {
        return new Bar(name + " " + Units.span(micros), Double.isFinite(micros) ? micros : 0, name);
    }

    private static double largest(List<Line> lines, ToDoubleFunction<Spot> side) {
        return lines.stream()
                .flatMap(each -> each.spots().stream())
                .mapToDouble(side)
                .max()
                .orElse(1);
    }

    /** Ticks are round: 5 ms, not 5.00 ms. */
    private static String roundSpan(double micros) {
        if (micros >= 1e6) {
            return plain(micros / 1e6) + " s";
        }
        return micros >= 1e3 ? plain(micros / 1e3) + " ms" : plain(micros) + " us";
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value)
                .setScale(DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
