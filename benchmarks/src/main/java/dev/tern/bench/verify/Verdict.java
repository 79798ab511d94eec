package dev.tern.bench.verify;

import java.util.Optional;

/**
 * What checking found.
 *
 * @param checked answers looked at, those of the warm-up too
 * @param mismatched how many differed from their reference
 * @param first the first difference seen
 */
public record Verdict(long checked, long mismatched, Optional<Mismatch> first) {
    /** What was found of both; the first difference is then this one's, where it has one. */
    public Verdict and(Verdict other) {
        return new Verdict(checked + other.checked, mismatched + other.mismatched, first.or(other::first));
    }
}
