package dev.tern.bench.simulator;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lengths of time as they are typed and shown, in nanoseconds inside. */
final class Spans {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|ms|s)?");
    private static final double MICRO = 1e3;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;

    private Spans() {}

    /** Reads {@code 500us}, {@code 1.4ms}, {@code 2s}, {@code 800ns} or {@code 0}. */
    static long parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || (form.group(2) == null && !text.equals("0"))) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a time (expected: a number and ns, us, ms or s, such as 1.4ms)");
        }
        return Math.round(Double.parseDouble(form.group(1)) * unit(form.group(2)));
    }

    private static double unit(@Nullable String unit) {
        if (unit == null || unit.equals("ns")) {
            return 1;
        }
        return unit.equals("us") ? MICRO : unit.equals("ms") ? MILLI : SECOND;
    }

    static String text(long nanos) {
        return text((double) nanos);
    }

    /** Three significant digits in the unit that fits. */
    static String text(double nanos) {
        if (nanos >= SECOND) {
            return digits(nanos / SECOND) + "s";
        }
        return nanos >= MILLI ? digits(nanos / MILLI) + "ms" : digits(nanos / MICRO) + "us";
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
    }
}
