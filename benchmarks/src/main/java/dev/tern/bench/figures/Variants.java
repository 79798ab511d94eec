package dev.tern.bench.figures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The trials of one repetition by name, in the order in which they are made. */
final class Variants {
    private Variants() {}

    static Map<String, Trial> of(String first, Trial one, String second, Trial other) {
        Map<String, Trial> variants = new LinkedHashMap<>();
        variants.put(first, one);
        variants.put(second, other);
        return variants;
    }

    /** The readings of a variant that was measured. */
    static List<Reading> readings(Map<String, List<Reading>> all, String name) {
        return all.getOrDefault(name, List.of());
    }
}
