package dev.tern.server.drift;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;
import org.hipparchus.stat.inference.GTest;

/**
 * Whether two samples have the same shares of categories: by the likelihood ratio test (G) with Williams' correction, whose
 * p-values hold far out, where those of Pearson's are too small by orders of magnitude if few are expected.
 *
 * @param lastIsRare whether of the last category so few are expected that G says nothing of it. Then the others are
 *     compared without it, and how likely so many of it are is computed exactly; the smaller of the two p-values, doubled,
 *     is that of both
 */
record ShareTest(boolean lastIsRare) {
    private static final GTest G = new GTest();

    /** How likely counts so far apart are by chance. */
    double pValue(long[] reference, long[] window) {
        if (!lastIsRare) {
            return likelihood(reference, window);
        }
        int last = reference.length - 1;
        double ofRare = rare(reference, window, last);
        return last < 2
                ? ofRare
                : Math.min(
                        1,
                        2 * Math.min(ofRare, likelihood(Arrays.copyOf(reference, last), Arrays.copyOf(window, last))));
    }

    private static double likelihood(long[] reference, long[] window) {
        int[] present = IntStream.range(0, reference.length)
                .filter(i -> reference[i] + window[i] > 0)
                .toArray();
        long[] n = Arrays.stream(present).mapToLong(i -> reference[i]).toArray();
        long[] m = Arrays.stream(present).mapToLong(i -> window[i]).toArray();
        double ofN = (double) Arrays.stream(n).sum();
        double ofM = (double) Arrays.stream(m).sum();
        if (present.length < 2 || ofN == 0 || ofM == 0) {
            return 1;
        }
        double total = ofN + ofM;
        double inverses = Arrays.stream(present)
                .mapToDouble(i -> total / (double) (reference[i] + window[i]))
                .sum();
        double freedom = present.length - 1;
        // Williams (1976): what G is too large by where few are expected.
        double correction = 1 + (total / ofN + total / ofM - 1) * (inverses - 1) / (6 * total * freedom);
        double g = Math.max(0, G.gDataSetsComparison(n, m)) / correction;
        return Math.min(1, Math.max(0, 1 - new ChiSquaredDistribution(freedom).cumulativeProbability(g)));
    }

    /** Of all that are rare, that at least so many are in the window: hypergeometric, given how many there are. */
    private static double rare(long[] reference, long[] window, int last) {
        int ofWindow = (int) Arrays.stream(window).sum();
        int all = ofWindow + (int) Arrays.stream(reference).sum();
        int rare = (int) (reference[last] + window[last]);
        return Math.min(
                1, new HypergeometricDistribution(all, rare, ofWindow).upperCumulativeProbability((int) window[last]));
    }
}
