package dev.tern.bench.compare;

import java.util.Arrays;
import java.util.List;

/**
 * Ratios of B to A, one for each round, and what they say together: their median, and the interval that holds the true
 * median with a confidence of 95%, whatever the ratios' distribution. Its ends are the k-th smallest and the k-th largest
 * ratio, k as large as the binomial distribution allows; fewer than six rounds allow none.
 *
 * @param each in the order of the rounds, at least one
 */
public record Ratios(List<Double> each) {
    private static final double ALLOWED_ERROR = 0.05;

    public Ratios {
        each = List.copyOf(each);
    }

    /** The middle one, or the mean of the two in the middle. */
    public double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The lower end of the interval; NaN where the rounds are too few. */
    public double low() {
        int rank = rank();
        return rank == 0 ? Double.NaN : sorted()[rank - 1];
    }

    /** The upper end of the interval; NaN where the rounds are too few. */
    public double high() {
        int rank = rank();
        return rank == 0 ? Double.NaN : sorted()[each.size() - rank];
    }

    /** Whether the interval leaves 1 out, so that the two targets differ. */
    public boolean differ() {
        return low() > 1 || high() < 1;
    }

    /** The largest k for which the median lies outside of the k-th values in at most 5% of cases; 0 for none. */
    private int rank() {
        double below = 0;
        double exactly = Math.pow(0.5, each.size());
        int rank = 0;
        for (int fewer = 0; fewer < each.size() / 2; fewer++) {
            below += exactly;
            if (2 * below > ALLOWED_ERROR) {
                break;
            }
            rank = fewer + 1;
            exactly = exactly * (each.size() - fewer) / (fewer + 1);
        }
        return rank;
    }

    private double[] sorted() {
        double[] sorted = each.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
