package dev.tern.bench.compare;

import dev.tern.bench.measure.Measurement;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One round: A, B, B, A, so that what drifts evenly while it runs weighs as much on either.
 *
 * @param a the two slices of A
 * @param b the two slices of B
 */
public record Round(List<Measurement> a, List<Measurement> b) {
    public Round {
        a = List.copyOf(a);
        b = List.copyOf(b);
    }

    /** B over A, each the mean of its slices; not finite where a slice lacks the figure. */
    double ratio(ToDoubleFunction<Measurement> figure) {
        return mean(b, figure) / mean(a, figure);
    }

    private static double mean(List<Measurement> slices, ToDoubleFunction<Measurement> figure) {
        return slices.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }
}
