package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;

/**
 * Numbers with many values, compared by the two-sample Kolmogorov-Smirnov test: D is the largest difference of the two
 * empirical distribution functions, and its p-value that of Kolmogorov's limiting distribution, of D sqrt(nm/(n+m)).
 *
 * <p>From n and m of a few hundred on P(D > d) is at most 2.17 exp(-2 d² nm/(n+m)) for any continuous distribution (Wei and
 * Dudley 2012), the limit's 2 exp(…) within a tenth; equal values only make D smaller. NaN counts as a value of its own,
 * above all others.
 */
final class NumberReference implements Reference {
    /** Its random numbers, the only state it has, are for tests that are not used here. */
    private static final KolmogorovSmirnovTest TEST = new KolmogorovSmirnovTest();

    /** Below it the p-value is 1 to twelve digits, and the series for it converges too slowly. */
    private static final double LEAST = 0.2;

    private final double[] sorted;

    /** @param sorted ascending, two or more; kept, and not to be changed any more */
    NumberReference(double[] sorted) {
        this.sorted = sorted;
    }

    @Override
    public DriftState.Test test() {
        return DriftState.Test.KOLMOGOROV_SMIRNOV;
    }

    @Override
    public Comparison compare(double[] values) {
        double distance = TEST.kolmogorovSmirnovStatistic(sorted, values);
        double n = sorted.length;
        double m = values.length;
        double pValue = distance * Math.sqrt(n * m / (n + m)) < LEAST
                ? 1
                : TEST.approximateP(distance, sorted.length, values.length);
        return new Comparison(distance, Math.max(0, pValue));
    }
}
