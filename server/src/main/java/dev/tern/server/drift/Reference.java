package dev.tern.server.drift;

import dev.tern.server.predict.DriftState;
import java.util.Arrays;

/** What a feature was like when all was well. Used by one thread. */
sealed interface Reference permits NumberReference, CategoryReference {
    /** Numbers with no more different values than this are taken as categories. */
    int MOST_CATEGORIES = 20;

    /** {@code values} against these. */
    Comparison compare(double[] values);

    DriftState.Test test();

    /**
     * Of {@code values}, in the order in which they came; they are not kept.
     *
     * @param text whether they stand for texts, which have no order
     * @param windowSize how many will be compared with it at a time
     */
    static Reference of(double[] values, boolean text, int windowSize) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return text || different(sorted) <= MOST_CATEGORIES
                ? CategoryReference.of(values, windowSize)
                : new NumberReference(sorted);
    }

    private static int different(double[] sorted) {
        int different = 0;
        for (int i = 0; i < sorted.length; i++) {
            different += i == 0 || Double.compare(sorted[i - 1], sorted[i]) != 0 ? 1 : 0;
        }
        return different;
    }
}
