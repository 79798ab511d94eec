package dev.tern.bench.figures;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One quantity over all repetitions.
 *
 * @param name what was measured, of which variant
 * @param values one a repetition, in order
 */
public record Series(String name, List<Double> values) {
    public Series {
        values = List.copyOf(values);
    }

    /** A quantity of each reading. */
    public static <R> Series of(String name, List<R> readings, ToDoubleFunction<? super R> quantity) {
        return new Series(name, readings.stream().map(quantity::applyAsDouble).toList());
    }

    /** Repetition by repetition over another. */
    public Series over(String name, Series other) {
        return new Series(name, Numbers.ratios(values, other.values));
    }

    /** How far the repetitions lie apart: the largest less the smallest, over the median; NaN of none, or if one is NaN. */
    public double spread() {
        DoubleSummaryStatistics all =
                values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        return (all.getMax() - all.getMin()) / median();
    }

    /** The median of the repetitions. */
    public double median() {
        return Numbers.median(values);
    }
}
