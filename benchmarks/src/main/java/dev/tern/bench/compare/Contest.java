package dev.tern.bench.compare;

import dev.tern.bench.measure.Condition;
import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.measure.Quantity;
import dev.tern.bench.measure.Quantity.Kind;
import java.util.List;
import java.util.stream.Stream;

/** Holds two against conditions: a ratio is B's value over A's, any other value B's own. */
public final class Contest {
    private Contest() {}

    /** Judges two runs. */
    public static List<Judgement> judge(Objective objective, Measurement a, Measurement b) {
        return objective.conditions().stream()
                .map(each -> each.judge(
                        each.relative()
                                ? ratio(each.quantity().of(a), each.quantity().of(b))
                                : each.quantity().of(b)))
                .toList();
    }

    /**
     * Judges a duel by what its table shows: the median of the rounds' ratios, the mean of B's slices. Errors are too few in
     * a round for a ratio; theirs is that of the means.
     */
    public static List<Judgement> judge(Objective objective, List<Round> rounds) {
        return objective.conditions().stream()
                .map(each -> each.judge(value(each, rounds)))
                .toList();
    }

    private static double value(Condition condition, List<Round> rounds) {
        Quantity quantity = condition.quantity();
        double b = mean(quantity, rounds.stream().flatMap(each -> each.b().stream()));
        if (!condition.relative()) {
            return b;
        }
        List<Double> ratios = rounds.stream()
                .map(each -> each.ratio(quantity::of))
                .filter(Double::isFinite)
                .toList();
        return quantity.kind() == Kind.SHARE || ratios.isEmpty()
                ? ratio(mean(quantity, rounds.stream().flatMap(each -> each.a().stream())), b)
                : new Ratios(ratios).median();
    }

    /** Of slices that have the figure; NaN of none. */
    static double mean(Quantity quantity, Stream<Measurement> slices) {
        return slices.mapToDouble(quantity::of)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    /** Two that are nothing are equal. */
    private static double ratio(double a, double b) {
        return a == b ? 1 : b / a;
    }
}
