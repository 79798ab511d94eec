package dev.tern.bench.search;

import dev.tern.bench.measure.ErrorCount;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.ServerCounts;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/** Windows at one rate, added up. */
final class Together {
    private static final int DIGITS = 3;

    private final List<Measurement> windows;

    private Together(List<Measurement> windows) {
        this.windows = windows;
    }

    /** Of at least one point, all of the same rate. */
    static Point of(List<Point> points) {
        Together together = new Together(points.stream().map(Point::measurement).toList());
        return new Point(points.get(0).rate(), together.measurement(), counts(points));
    }

    private Measurement measurement() {
        return new Measurement(
                        sum(Measurement::nanos),
                        sum(Measurement::sent),
                        sum(Measurement::answered),
                        sum(Measurement::failed),
                        sum(Measurement::answeredInWindow),
                        sum(Measurement::onTimeInWindow),
                        windows.stream()
                                .mapToInt(Measurement::maxInFlight)
                                .max()
                                .orElse(0),
                        errors(),
                        histogram(windows.stream().map(Measurement::latencies).toList()),
                        histogram(windows.stream().map(Measurement::sendDelays).toList()))
                .withGeneratorLoad(windows.stream()
                        .mapToDouble(Measurement::generatorLoad)
                        .max()
                        .orElse(0));
    }

    private long sum(ToLongFunction<Measurement> figure) {
        return windows.stream().mapToLong(figure).sum();
    }

    private Map<String, ErrorCount> errors() {
        Map<String, ErrorCount> errors = new TreeMap<>();
        for (Measurement window : windows) {
            window.errors().forEach((code, error) -> errors.merge(code, error, Together::plus));
        }
        return errors;
    }

    private static ErrorCount plus(ErrorCount first, ErrorCount later) {
        return new ErrorCount(first.count() + later.count(), first.firstMessage());
    }

    private static Histogram histogram(List<Histogram> parts) {
        Histogram all = new Histogram(DIGITS);
        parts.forEach(all::add);
        return all;
    }

    /** Empty unless every window has them. */
    private static Optional<ServerCounts> counts(List<Point> points) {
        return points.stream()
                .map(Point::counts)
                .reduce((one, other) -> one.flatMap(mine -> other.map(its -> plus(mine, its))))
                .orElse(Optional.empty());
    }

    private static ServerCounts plus(ServerCounts one, ServerCounts other) {
        NavigableMap<Long, Long> runsByRows = new TreeMap<>(one.runsByRows());
        other.runsByRows().forEach((rows, runs) -> runsByRows.merge(rows, runs, Long::sum));
        return new ServerCounts(
                one.source(),
                one.waits() + other.waits(),
                one.waitSeconds() + other.waitSeconds(),
                one.runs() + other.runs(),
                one.runSeconds() + other.runSeconds(),
                one.rows() + other.rows(),
                runsByRows,
                one.ranges());
    }
}
