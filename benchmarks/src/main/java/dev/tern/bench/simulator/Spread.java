package dev.tern.bench.simulator;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A distribution of whole numbers: always the same, any of a range alike, or small ones more often (Zipf). */
public final class Spread {
    private static final Pattern FORM = Pattern.compile("(zipf:)?(\\d{1,6})(?:-(\\d{1,6}))?");

    private final String text;
    private final int low;
    /** The chance of each value or a smaller one, from {@code low} on. */
    private final double[] cumulative;

    private final double mean;

    private Spread(String text, int low, double[] weights) {
        this.text = text;
        this.low = low;
        double all = Arrays.stream(weights).sum();
        this.cumulative = new double[weights.length];
        double sum = 0;
        double expected = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] / all;
            expected += (low + i) * weights[i] / all;
            cumulative[i] = sum;
        }
        this.mean = expected;
    }

    /** Reads {@code 1}, {@code 1-4} (alike), {@code zipf:8-512} (each in proportion to 1 over its value). */
    public static Spread parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            int low = Integer.parseInt(form.group(2));
            int high = form.group(3) == null ? low : Integer.parseInt(form.group(3));
            if (low >= 1 && high >= low) {
                boolean zipf = form.group(1) != null;
                double[] weights = new double[high - low + 1];
                Arrays.setAll(weights, i -> zipf ? 1.0 / (low + i) : 1);
                return new Spread(text, low, weights);
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not a distribution (expected: such as 1, 1-4 or zipf:8-512, from 1 on)");
    }

    int draw(SplittableRandom random) {
        if (cumulative.length == 1) {
            return low;
        }
        int found = Arrays.binarySearch(cumulative, random.nextDouble());
        return low + Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found);
    }

    /** The mean of all that is drawn. */
    public double mean() {
        return mean;
    }

    int most() {
        return low + cumulative.length - 1;
    }

    @Override
    public String toString() {
        return text;
    }
}
