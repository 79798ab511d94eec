package dev.tern.bench.search;

import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Quantity;
import dev.tern.bench.measure.ServerCounts;
import dev.tern.bench.measure.Units;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Points as a table for a terminal, by rate, with a bar for what the p99 is. */
public final class SweepTable {
    private static final int BAR = 24;
    private static final String ROW = "%10s %11s %9s %9s %9s %9s %8s  %s\n";

    private SweepTable() {}

    /** The whole table, ending with a line break. */
    public static String of(List<Point> points) {
        StringBuilder text = new StringBuilder(
                Units.format(ROW, "rate", "answered", "p50", "p99", "p99.9", "errors", "batch", "p99 (log scale)"));
        double largest = points.stream().mapToDouble(SweepTable::p99).max().orElse(1);
        double smallest = points.stream().mapToDouble(SweepTable::p99).min().orElse(1);
        points.stream()
                .sorted(Comparator.comparingDouble(Point::rate))
                .forEach(each -> text.append(row(each, smallest, largest)));
        return text.toString();
    }

    private static String row(Point point, double smallest, double largest) {
        Measurement measured = point.measurement();
        Histogram latencies = measured.latencies();
        return Units.format(
                ROW,
                Units.rate(point.rate()),
                Units.rate(measured.perSecond()),
                span(latencies, 50),
                span(latencies, 99),
                span(latencies, 99.9),
                Units.share(Quantity.ERRORS.of(measured)),
                Units.number(point.counts().map(ServerCounts::meanRows).orElse(Double.NaN)),
                bar(p99(point), smallest, largest) + (measured.isGeneratorLimited() ? " generator too slow" : ""));
    }

    private static String span(Histogram latencies, double percentile) {
        return latencies.getTotalCount() == 0 ? "-" : Units.span(latencies.getValueAtPercentile(percentile) / 1e3);
    }

    /** From one mark for the smallest to all for the largest. */
    private static String bar(double value, double smallest, double largest) {
        double span = Math.log(largest / smallest);
        double part = span > 0 ? Math.log(value / smallest) / span : 0;
        return "#".repeat(1 + (int) Math.round(part * (BAR - 1)));
    }

    private static double p99(Point point) {
        return Math.max(1, (double) point.measurement().latencies().getValueAtPercentile(99));
    }
}
