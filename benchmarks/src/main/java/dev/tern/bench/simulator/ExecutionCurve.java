package dev.tern.bench.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a run takes, by its units of work: rows, or rows times padded length. Straight lines between the points; flat
 * before the first, and beyond the last the last line goes on.
 *
 * @param points by ascending units, at least one
 */
public record ExecutionCurve(List<Point> points) {
    /** So many units take so long. */
    public record Point(long units, long nanos) {}

    public ExecutionCurve {
        points = points.stream().sorted(Comparator.comparingLong(Point::units)).toList();
        if (points.isEmpty()) {
            throw new IllegalArgumentException("curve: no points (expected: such as 1:1ms,8:1.4ms,64:5ms)");
        }
        for (int i = 0; i < points.size(); i++) {
            check(points.get(i), i == 0 ? 0 : points.get(i - 1).units());
        }
    }

    private static void check(Point point, long before) {
        if (point.units() <= before || point.nanos() <= 0) {
            throw new IllegalArgumentException("curve: " + point.units() + ":" + Spans.text(point.nanos())
                    + " (expected: sizes of 1 and more, each once, and times above 0)");
        }
    }

    /** Reads {@code 1:1ms,8:1.4ms,64:5ms}, or the file of that name with such points, one a line. */
    public static ExecutionCurve parse(String text) {
        return points(text.contains(":") ? text : read(text));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "curve: " + file + " is neither a readable file nor points such as 1:1ms,8:1.4ms,64:5ms", e);
        }
    }

    private static ExecutionCurve points(String text) {
        List<Point> points = new ArrayList<>();
        for (String line : text.split("[,\\n]", -1)) {
            String point = line.strip();
            if (!point.isEmpty() && !point.startsWith("#")) {
                points.add(point(point));
            }
        }
        return new ExecutionCurve(points);
    }

    private static Point point(String text) {
        int colon = text.indexOf(':');
        if (colon < 1 || !text.substring(0, colon).matches("\\d{1,9}")) {
            throw new IllegalArgumentException("curve: '" + text + "' (expected: a size and a time, such as 8:1.4ms)");
        }
        return new Point(Long.parseLong(text.substring(0, colon)), Spans.parse(text.substring(colon + 1)));
    }

    /** What a run of this size takes, in nanoseconds. */
    public double nanos(long units) {
        Point first = points.get(0);
        if (units <= first.units() || points.size() == 1) {
            return first.nanos();
        }
        int above = 1;
        while (above < points.size() - 1 && points.get(above).units() < units) {
            above++;
        }
        Point low = points.get(above - 1);
        Point high = points.get(above);
        double slope = (double) (high.nanos() - low.nanos()) / (high.units() - low.units());
        return Math.max(1, low.nanos() + slope * (units - low.units()));
    }

    /** The most rows per second one instance can do in runs of up to {@code maxRows} rows of {@code length} units. */
    public double rowsPerSecond(int maxRows, double length) {
        double best = 0;
        for (int rows = 1; rows <= maxRows; rows++) {
            best = Math.max(best, rows / nanos(Math.round(rows * length)));
        }
        return best * 1e9;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Point each : points) {
            text.append(String.format(
                    Locale.ROOT, text.length() == 0 ? "%d:%s" : ",%d:%s", each.units(), Spans.text(each.nanos())));
        }
        return text.toString();
    }
}
