package dev.tern.bench.compare;

import dev.tern.bench.measure.Measurement;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

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

    /** Whether any request failed or was left without an answer. */
    public boolean hasErrors() {
        return Stream.concat(a.stream(), b.stream()).anyMatch(Measurement::hasErrors);
    }

    /** In how many slices of a side the generator, not the server, was the bottleneck. */
    static long generatorLimited(List<Round> rounds, Function<Round, List<Measurement>> side) {
        return rounds.stream()
                .flatMap(each -> side.apply(each).stream())
                .filter(Measurement::isGeneratorLimited)
                .count();
    }

    private static double mean(List<Measurement> slices, ToDoubleFunction<Measurement> figure) {
        return slices.stream().mapToDouble(figure).average().orElse(Double.NaN);
    }
}
