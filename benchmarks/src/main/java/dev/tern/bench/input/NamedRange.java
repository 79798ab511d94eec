package dev.tern.bench.input;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values an input is to hold.
 *
 * @param input the input's name
 * @param values from where to where
 */
public record NamedRange(String input, ValueRange values) {
    private static final Pattern FORM = Pattern.compile("(.+):([-+.eE0-9]+),([-+.eE0-9]+)");

    /**
     * Reads {@code name:lo,hi}; the name itself may hold colons.
     *
     * @throws IllegalArgumentException for anything else, saying what is expected
     */
    public static NamedRange parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            try {
                double low = Double.parseDouble(form.group(2));
                double high = Double.parseDouble(form.group(3));
                if (low <= high && Double.isFinite(high - low)) {
                    return new NamedRange(form.group(1), new ValueRange(low, high));
                }
            } catch (NumberFormatException e) {
                // Told below, as every other wrong form.
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not an input's range (expected: name:lo,hi with lo <= hi, such as item_id:0,999)");
    }
}
