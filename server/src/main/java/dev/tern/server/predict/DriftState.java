package dev.tern.server.predict;

import java.util.List;

/**
 * What a version's drift monitor has found: for operators.
 *
 * @param rows requests of which a row was looked at
 * @param dropped requests that were to be looked at and were not, as the monitor had too much to do
 * @param referenceSize values that make a feature's reference
 * @param windowSize values that are compared with it at a time
 * @param pValueLimit a window speaks for drift only if its p-value is no greater than this
 * @param features in the order of the model's inputs, then outputs
 */
public record DriftState(
        long rows, long dropped, int referenceSize, int windowSize, double pValueLimit, List<Feature> features) {
    public DriftState {
        features = List.copyOf(features);
    }

    /** How a feature's windows are compared with its reference. */
    public enum Test {
        /** The reference is not complete, and says. */
        UNDECIDED,
        /** Of numbers with many values: the largest difference of the two distribution functions, 0 to 1. */
        KOLMOGOROV_SMIRNOV,
        /** Of texts, truth values and numbers with few values: how far the shares are apart, 0 or more. */
        POPULATION_STABILITY_INDEX
    }

    /**
     * One feature.
     *
     * @param name an input or output, and the column of it where it has several: {@code x[3]}
     * @param referenceValues how many of the reference there are
     * @param windows how many were compared
     * @param statistic what {@code test} gave for the last one; NaN before the first
     * @param pValue how likely so much is where nothing has drifted; NaN before the first
     */
    public record Feature(
            String name,
            Test test,
            int referenceValues,
            long windows,
            double statistic,
            double pValue,
            boolean drifted) {}
}
