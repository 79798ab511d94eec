package dev.tern.bench.measure;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A figure of a measurement that something can be asked of: a percentile, the share of errors, a rate. */
public final class Quantity {
    /** What is measured, and so in which unit. */
    public enum Kind {
        /** A latency, in nanoseconds. */
        TIME,
        /** A part of the requests, from 0 to 1. */
        SHARE,
        /** Requests per second. */
        RATE
    }

    /** What {@link #named} takes, for messages. */
    public static final String NAMES = "p50 to p99.999, mean, max, errors, rate, goodput";

    /** The part of the requests that failed or were never answered. */
    public static final Quantity ERRORS = new Quantity("errors", Kind.SHARE, Quantity::errors);

    private static final Pattern PERCENTILE = Pattern.compile("p([5-9]\\d(?:\\.\\d{1,3})?)");
    private static final Map<String, Quantity> NAMED = byName(
            ERRORS,
            new Quantity("mean", Kind.TIME, measured -> measured.latencies().getMean()),
            new Quantity(
                    "max", Kind.TIME, measured -> (double) measured.latencies().getMaxValue()),
            new Quantity("rate", Kind.RATE, Measurement::perSecond),
            new Quantity("goodput", Kind.RATE, Measurement::goodput));

    private final String name;
    private final Kind kind;
    private final ToDoubleFunction<Measurement> reading;

    private Quantity(String name, Kind kind, ToDoubleFunction<Measurement> reading) {
        this.name = name;
        this.kind = kind;
        this.reading = reading;
    }

    /** The quantity of this name; empty where there is none. */
    public static Optional<Quantity> named(String name) {
        Matcher percentile = PERCENTILE.matcher(name);
        if (!percentile.matches()) {
            return Optional.ofNullable(NAMED.get(name));
        }
        double place = Double.parseDouble(percentile.group(1));
        return Optional.of(new Quantity(
                name, Kind.TIME, measured -> (double) measured.latencies().getValueAtPercentile(place)));
    }

    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    /** Its value in the unit of its kind; NaN where nothing was measured that it could be taken from. */
    public double of(Measurement measured) {
        boolean known = switch (kind) {
            case TIME -> measured.latencies().getTotalCount() > 0;
            case SHARE -> measured.sent() > 0;
            case RATE -> measured.nanos() > 0;
        };
        return known ? reading.applyAsDouble(measured) : Double.NaN;
    }

    /** A value of this quantity, for people. */
    public String text(double value) {
        return switch (kind) {
            case TIME -> Units.span(value / TimeUnit.MICROSECONDS.toNanos(1));
            case SHARE -> Units.share(value);
            case RATE -> Units.rate(value);
        };
    }

    private static double errors(Measurement measured) {
        return (measured.failed() + measured.unanswered()) / (double) measured.sent();
    }

    private static Map<String, Quantity> byName(Quantity... all) {
        Map<String, Quantity> byName = new TreeMap<>();
        for (Quantity each : all) {
            byName.put(each.name(), each);
        }
        return byName;
    }
}
