package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.hipparchus.stat.inference.ChiSquareTest;

/**
 * Values without an order, or few of them, compared by the population stability index: the sum of (q - p) ln(q / p) over
 * the categories, p being a category's share of the reference and q its share of the window. The p-value is that of
 * Pearson's chi-square test whether both have the same shares.
 *
 * <p>Categories are the most frequent values of the reference, and all others together. Each has so large a share that a
 * window is expected to hold five, as the chi-square test wants it. A share of nothing counts as half a value, so that the
 * logarithm is finite. Where hardly any value comes twice, as with ids, all are "others", and nothing is ever found.
 */
final class CategoryReference implements Reference {
    private static final ChiSquareTest TEST = new ChiSquareTest();
    private static final double LEAST_SHARE = 0.01;
    private static final double LEAST_EXPECTED = 5;
    private static final double HALF = 0.5;

    private final double[] values;
    private final long[] counts;

    private record Category(double value, int count) {}

    /**
     * @param values ascending
     * @param counts of each, and of the others last
     */
    private CategoryReference(double[] values, long[] counts) {
        this.values = values;
        this.counts = counts;
    }

    static CategoryReference of(double[] sorted, int windowSize) {
        double least = sorted.length * Math.max(LEAST_SHARE, LEAST_EXPECTED / windowSize);
        List<Category> categories = categories(sorted).stream()
                .filter(each -> each.count() >= least)
                .sorted(Comparator.comparingInt(Category::count).reversed())
                .limit(MOST_CATEGORIES)
                .sorted(Comparator.comparingDouble(Category::value))
                .toList();
        long[] counts = new long[categories.size() + 1];
        long others = sorted.length;
        for (int i = 0; i < categories.size(); i++) {
            counts[i] = categories.get(i).count();
            others -= counts[i];
        }
        counts[categories.size()] = others;
        return new CategoryReference(
                categories.stream().mapToDouble(Category::value).toArray(), counts);
    }

    private static List<Category> categories(double[] sorted) {
        List<Category> categories = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= sorted.length; i++) {
            if (i == sorted.length || Double.compare(sorted[i], sorted[from]) != 0) {
                categories.add(new Category(sorted[from], i - from));
                from = i;
            }
        }
        return categories;
    }

    @Override
    public DriftState.Test test() {
        return DriftState.Test.POPULATION_STABILITY_INDEX;
    }

    @Override
    public Comparison compare(double[] window) {
        long[] found = new long[counts.length];
        for (double each : window) {
            int at = Arrays.binarySearch(values, each);
            found[at >= 0 ? at : values.length]++;
        }
        // The others may be nobody on either side: that is no category then.
        boolean others = counts[values.length] + found[values.length] > 0;
        int categories = values.length + (others ? 1 : 0);
        return categories < 2
                ? new Comparison(0, 1)
                : compare(Arrays.copyOf(counts, categories), Arrays.copyOf(found, categories));
    }

    private static Comparison compare(long[] expected, long[] found) {
        double ofExpected = (double) Arrays.stream(expected).sum();
        double ofFound = (double) Arrays.stream(found).sum();
        double index = 0;
        for (int i = 0; i < expected.length; i++) {
            double p = Math.max(HALF, (double) expected[i]) / ofExpected;
            double q = Math.max(HALF, (double) found[i]) / ofFound;
            index += (q - p) * Math.log(q / p);
        }
        double pValue = TEST.chiSquareTestDataSetsComparison(expected, found);
        return new Comparison(index, Math.min(1, Math.max(0, pValue)));
    }
}
