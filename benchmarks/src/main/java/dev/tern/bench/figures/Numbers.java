package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.List;

/** The arithmetic of repetitions. */
final class Numbers {
    private Numbers() {}

    /** The middle one, or the mean of the two in the middle; NaN of none, or if one is NaN. */
    static double median(List<Double> values) {
        if (values.isEmpty() || values.stream().anyMatch(each -> each.isNaN())) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Each repetition's value over the same repetition's other value. */
    static List<Double> ratios(List<Double> over, List<Double> under) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < over.size(); i++) {
            ratios.add(over.get(i) / under.get(i));
        }
        return ratios;
    }
}
