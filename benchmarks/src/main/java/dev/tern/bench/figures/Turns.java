package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Variants one after the other, over and over, forwards and backwards, so that what drifts meets all alike. */
public final class Turns {
    private Turns() {}

    /**
     * Makes the trials of repetition 0, 1, ... one by one.
     *
     * @param times repetitions, at least 1
     * @param variants a repetition's trials by name, in their order; the names are the same in each
     * @param lab makes one trial; blocks until it is over
     * @return each variant's readings, one a repetition, under its name
     */
    public static <T, R> Map<String, List<R>> measure(
            int times, IntFunction<Map<String, T>> variants, Function<T, R> lab) {
        Map<String, List<R>> readings = new LinkedHashMap<>();
        for (int repetition = 0; repetition < times; repetition++) {
            Map<String, T> trials = variants.apply(repetition);
            List<String> names = new ArrayList<>(trials.keySet());
            names.forEach(name -> readings.computeIfAbsent(name, each -> new ArrayList<>()));
            if (repetition % 2 == 1) {
                Collections.reverse(names);
            }
            for (String name : names) {
                readings(readings, name).add(lab.apply(Objects.requireNonNull(trials.get(name))));
            }
        }
        return readings;
    }

    /** The trials of one repetition by name, in the order in which they are made. */
    public static <T> Map<String, T> of(String first, T one, String second, T other) {
        Map<String, T> variants = new LinkedHashMap<>();
        variants.put(first, one);
        variants.put(second, other);
        return variants;
    }

    /** The readings of a variant that was measured. */
    public static <R> List<R> readings(Map<String, List<R>> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }
}
