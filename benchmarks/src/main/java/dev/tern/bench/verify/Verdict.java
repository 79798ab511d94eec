package dev.tern.bench.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What checking found.
 *
 * @param checked answers looked at, those of the warm-up too
 * @param mismatched how many differed from their reference
 * @param first the first difference seen
 * @param versions how many answers each version gave, where answers are told apart by it
 */
public record Verdict(long checked, long mismatched, Optional<Mismatch> first, Map<String, Long> versions) {
    public Verdict {
        versions = Map.copyOf(versions);
    }

    /** Of answers that are not told apart. */
    public Verdict(long checked, long mismatched, Optional<Mismatch> first) {
        this(checked, mismatched, first, Map.of());
    }

    /** What was found of both; the first difference is then this one's, where it has one. */
    public Verdict and(Verdict other) {
        Map<String, Long> all = new HashMap<>(versions);
        other.versions.forEach((version, count) -> all.merge(version, count, Long::sum));
        return new Verdict(checked + other.checked, mismatched + other.mismatched, first.or(other::first), all);
    }
}
