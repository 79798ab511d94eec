package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Values without an order, or few of them, compared by the population stability index: the sum of (q - p) ln(q / p) over
 * the categories, p being a category's share of the reference and q its share of the window; a share of nothing counts as
 * half a value, so that the logarithm is finite. The p-value is that of {@link ShareTest}.
 *
 * <p>Categories are the most frequent values of the reference; all others are divided among {@link #BUCKETS} by a hash, so
 * that one that takes over shows. Each has so large a share that a window is expected to hold five; those with less, new
 * values among them, are one. Some rows of the reference say which the categories are, the others alone how many they have:
 * what was chosen for being frequent in these rows would be rarer in all others.
 */
final class CategoryReference implements Reference {
    /** What values that are no category of their own are divided among. */
    static final int BUCKETS = 16;

    private static final double LEAST_SHARE = 0.01;
    private static final double LEAST_EXPECTED = 5;
    private static final double HALF = 0.5;

    /** One row in so many says which the categories are. */
    private static final int CHOOSING = 5;

    /** So that the same rows make the same reference. */
    private static final long SEED = 28;

    /** 2^64 over the golden ratio. */
    private static final long SPREADING = 0x9E3779B97F4A7C15L;

    /** Ascending; the category of each is its place. */
    private final double[] named;

    /** The category of each bucket. */
    private final int[] buckets;

    private final long[] counts;
    private final ShareTest test;

    private record Value(double value, int count) {}

    /** @param chosen ascending */
    private CategoryReference(double[] chosen, double[] counted, int windowSize) {
        double least = LEAST_EXPECTED / windowSize * chosen.length;
        this.named = frequent(chosen, Math.max(LEAST_SHARE * chosen.length, least));
        this.buckets = new int[BUCKETS];
        long[] sizes = new long[BUCKETS];
        Arrays.stream(chosen).filter(each -> !isNamed(each)).forEach(each -> sizes[bucket(each)]++);
        int categories = named.length;
        long rare = 0;
        for (int i = 0; i < BUCKETS; i++) {
            boolean large = sizes[i] >= least;
            buckets[i] = large ? categories : -1;
            categories += large ? 1 : 0;
            rare += large ? 0 : sizes[i];
        }
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = buckets[i] < 0 ? categories : buckets[i];
        }
        this.counts = count(counted, categories + 1);
        this.test = new ShareTest(/* lastIsRare= */ rare < least);
    }

    /** @param values in the order in which they came; not kept */
    static CategoryReference of(double[] values, int windowSize) {
        int few = (values.length + CHOOSING - 1) / CHOOSING;
        double[] chosen = new double[few];
        double[] counted = new double[values.length - few];
        SplittableRandom random = new SplittableRandom(SEED);
        int chooses = 0;
        for (int i = 0; i < values.length; i++) {
            int place = i % CHOOSING;
            if (place == 0) {
                // Any of the next five, by chance: of rows that repeat after five, the first would always be the same.
                chooses = random.nextInt(Math.min(CHOOSING, values.length - i));
            }
            if (place == chooses) {
                chosen[i / CHOOSING] = values[i];
            } else {
                counted[i - i / CHOOSING - (place > chooses ? 1 : 0)] = values[i];
            }
        }
        Arrays.sort(chosen);
        return new CategoryReference(chosen, counted, windowSize);
    }

    /** Those that come so often, the most frequent ones, ascending. */
    private static double[] frequent(double[] sorted, double least) {
        return values(sorted).stream()
                .filter(each -> each.count() >= least)
                .sorted(Comparator.comparingInt(Value::count).reversed())
                .limit(MOST_CATEGORIES)
                .mapToDouble(Value::value)
                .sorted()
                .toArray();
    }

    private static List<Value> values(double[] sorted) {
        List<Value> values = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= sorted.length; i++) {
            if (i == sorted.length || Double.compare(sorted[i], sorted[from]) != 0) {
                values.add(new Value(sorted[from], i - from));
                from = i;
            }
        }
        return values;
    }

    private boolean isNamed(double value) {
        return Arrays.binarySearch(named, value) >= 0;
    }

    private static int bucket(double value) {
        long bits = Double.doubleToLongBits(value);
        return (int) (((bits ^ (bits >>> Integer.SIZE)) * SPREADING)
                >>> (Long.SIZE - Integer.numberOfTrailingZeros(BUCKETS)));
    }

    private long[] count(double[] values, int categories) {
        long[] found = new long[categories];
        for (double each : values) {
            int at = Arrays.binarySearch(named, each);
            found[at >= 0 ? at : buckets[bucket(each)]]++;
        }
        return found;
    }

    @Override
    public DriftState.Test test() {
        return DriftState.Test.POPULATION_STABILITY_INDEX;
    }

    @Override
    public Comparison compare(double[] window) {
        long[] found = count(window, counts.length);
        double ofReference = (double) Arrays.stream(counts).sum();
        double index = 0;
        for (int i = 0; i < counts.length; i++) {
            // What nobody has on either side is no category.
            if (counts[i] + found[i] > 0) {
                double p = Math.max(HALF, (double) counts[i]) / ofReference;
                double q = Math.max(HALF, (double) found[i]) / window.length;
                index += (q - p) * Math.log(q / p);
            }
        }
        return new Comparison(index, test.pValue(counts, found));
    }
}
