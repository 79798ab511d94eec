package dev.tern.bench.input;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One dimension as the user gives it: a number, or a distribution that each request draws from. Immutable; two of the same
 * text are equal.
 */
public final class Dimension {
    private static final Pattern FIXED = Pattern.compile("\\d{1,9}");
    private static final Pattern UNIFORM = Pattern.compile("uniform\\((\\d{1,6}),(\\d{1,6})\\)");
    private static final Pattern ZIPF =
            Pattern.compile("zipf\\((\\d{1,6}),(\\d{1,6})(?:,(\\d{1,3}(?:\\.\\d{1,6})?))?\\)");

    private final String text;
    private final int low;
    /** The weight of each value and all smaller ones, from {@code low} on; one entry for a number. */
    private final double[] cumulative;

    private Dimension(String text, int low, int high, double exponent) {
        this.text = text;
        this.low = low;
        cumulative = new double[high - low + 1];
        double sum = 0;
        for (int place = 0; place < cumulative.length; place++) {
            sum += Math.pow(low + place, -exponent);
            cumulative[place] = sum;
        }
    }

    /**
     * Reads {@code 128}, {@code uniform(8,512)} (each value alike), {@code zipf(8,512)} or {@code zipf(8,512,1.2)} (each
     * value in proportion to value<sup>-exponent</sup>, 1 where none is given).
     *
     * @throws IllegalArgumentException for anything else, saying what is expected
     */
    static Dimension parse(String text) {
        if (FIXED.matcher(text).matches()) {
            int value = Integer.parseInt(text);
            return new Dimension(text, value, value, 0);
        }
        Matcher uniform = UNIFORM.matcher(text);
        if (uniform.matches()) {
            return drawn(text, uniform.group(1), uniform.group(2), 0);
        }
        Matcher zipf = ZIPF.matcher(text);
        if (zipf.matches()) {
            return drawn(
                    text, zipf.group(1), zipf.group(2), zipf.group(3) == null ? 1 : Double.parseDouble(zipf.group(3)));
        }
        throw refused(text);
    }

    /** Whether requests differ in it. */
    boolean isDrawn() {
        return text.endsWith(")");
    }

    long draw(SplittableRandom random) {
        if (cumulative.length == 1) {
            return low;
        }
        int last = cumulative.length - 1;
        int found = Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[last]);
        return (long) low + Math.min(last, found < 0 ? -found - 1 : found + 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dimension dimension && dimension.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was typed. */
    @Override
    public String toString() {
        return text;
    }

    private static Dimension drawn(String text, String low, String high, double exponent) {
        int from = Integer.parseInt(low);
        int to = Integer.parseInt(high);
        if (from < 1 || from > to) {
            throw refused(text);
        }
        return new Dimension(text, from, to, exponent);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("'" + text
                + "' is not a dimension (expected: a number, zipf(LO,HI), zipf(LO,HI,S) or uniform(LO,HI) with"
                + " 1 <= LO <= HI <= 999999)");
    }
}
