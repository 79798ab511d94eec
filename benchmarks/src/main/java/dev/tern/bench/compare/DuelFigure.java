package dev.tern.bench.compare;

import dev.tern.bench.measure.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One figure of a duel.
 *
 * @param quantity what was measured
 * @param a the mean of A's slices, in the unit of the quantity's kind
 * @param b the mean of B's slices
 * @param ratios B over A, for each round in which every slice has the figure
 */
public record DuelFigure(Quantity quantity, double a, double b, Ratios ratios) {
    private static final List<String> NAMES = List.of("rate", "goodput", "mean", "p50", "p90", "p99", "p99.9", "max");

    /** Those that a round has, in the order to show. */
    public static List<DuelFigure> of(List<Round> rounds) {
        List<DuelFigure> figures = new ArrayList<>();
        NAMES.stream()
                .map(Quantity::named)
                .flatMap(Optional::stream)
                .map(each -> of(each, rounds))
                .forEach(each -> each.ifPresent(figures::add));
        return figures;
    }

    private static Optional<DuelFigure> of(Quantity quantity, List<Round> rounds) {
        List<Double> ratios = rounds.stream()
                .map(each -> each.ratio(quantity::of))
                .filter(Double::isFinite)
                .toList();
        if (ratios.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DuelFigure(
                quantity,
                Contest.mean(quantity, rounds.stream().flatMap(each -> each.a().stream())),
                Contest.mean(quantity, rounds.stream().flatMap(each -> each.b().stream())),
                new Ratios(ratios)));
    }
}
