package dev.tern.bench.verify;

import java.util.Optional;

/**
 * What checking found.
 *
 * @param checked answers looked at, those of the warm-up too
 * @param mismatched how many differed from their reference
 * @param first the first difference seen
 */
public record Verdict(long checked, long mismatched, Optional<Mismatch> first) {}
