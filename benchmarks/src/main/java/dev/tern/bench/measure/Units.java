package dev.tern.bench.measure;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Figures as people read them: the same everywhere, whatever the user's language. */
public final class Units {
    private static final double PERCENT = 100;

    private Units() {}

    /** A time in microseconds, in three significant digits and the unit that fits. */
    public static String span(double micros) {
        if (!Double.isFinite(micros)) {
            return "-";
        }
        if (micros >= TimeUnit.SECONDS.toMicros(1)) {
            return format("%.2f s", micros / 1e6);
        }
        if (micros >= TimeUnit.MILLISECONDS.toMicros(1)) {
            double millis = micros / 1e3;
            return format(millis < 10 ? "%.2f ms" : "%.1f ms", millis);
        }
        return format("%.0f us", micros);
    }

    /** A number per second. */
    public static String rate(double perSecond) {
        return Double.isFinite(perSecond) ? number(perSecond) + "/s" : "-";
    }

    /** A part of a whole, from 0 to 1, in percent. */
    public static String share(double part) {
        if (!Double.isFinite(part)) {
            return "-";
        }
        return part == 0 ? "0%" : format(part < 0.01 ? "%.3f%%" : "%.2f%%", PERCENT * part);
    }

    /** One value over another. */
    public static String ratio(double ratio) {
        return Double.isFinite(ratio) ? format("%.3f", ratio) : "-";
    }

    /** A number with as many decimals as it deserves. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        return format(Math.abs(value) >= 100 || value == Math.rint(value) ? "%,.0f" : "%.1f", value);
    }

    /** The name of a percentile, such as p99.9. */
    public static String percentile(double percentile) {
        return "p" + BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString();
    }

    /** Formats the same in every language. */
    public static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
