package dev.tern.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A stretch of an open loop in which the rate stays, or changes evenly.
 *
 * @param from requests per second at its begin
 * @param to at its end
 * @param nanos how long it lasts; {@link #FOR_EVER} for no end, the rate then stays
 */
public record Stage(double from, double to, long nanos) {
    public static final long FOR_EVER = Long.MAX_VALUE;

    private static final int PARTS_OF_A_RAMP = 10;

    /** How many requests it asks for. */
    double requests() {
        return (from + to) / 2 * nanos / 1e9;
    }

    /** When so many of its requests have come, in nanoseconds since its begin. */
    double nanosUntil(double requests) {
        double perSecond = (to - from) * 1e9 / nanos;
        // The root of from x + perSecond x^2 / 2 = requests, in the form that loses nothing where the rate stays.
        double rate = from + Math.sqrt(Math.max(0, from * from + 2 * perSecond * requests));
        return rate == 0 ? 0 : 2 * requests / rate * 1e9;
    }

    /** A part of it, at another rate by this factor. */
    Stage part(long begin, long length, double factor) {
        return from == to
                ? new Stage(from * factor, from * factor, length)
                : new Stage(rateAt(begin) * factor, rateAt(begin + length) * factor, length);
    }

    /** Itself where the rate stays, else ten parts of the same length. */
    List<Stage> parts() {
        if (from == to) {
            return List.of(this);
        }
        List<Stage> parts = new ArrayList<>();
        for (int i = 0; i < PARTS_OF_A_RAMP; i++) {
            long begin = nanos / PARTS_OF_A_RAMP * i;
            long end = i == PARTS_OF_A_RAMP - 1 ? nanos : nanos / PARTS_OF_A_RAMP * (i + 1);
            parts.add(part(begin, end - begin, 1));
        }
        return parts;
    }

    /** For people, without its length: {@code 100} or {@code 100 to 1,000}. */
    public String rates() {
        return from == to ? text(from) : text(from) + " to " + text(to);
    }

    private double rateAt(long nanosSinceBegin) {
        return from + (to - from) * nanosSinceBegin / nanos;
    }

    private static String text(double rate) {
        return rate == Math.rint(rate)
                ? String.format(Locale.ROOT, "%,.0f", rate)
                : String.format(Locale.ROOT, "%,.1f", rate);
    }
}
