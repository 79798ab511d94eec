package dev.tern.server.traffic;

import org.jspecify.annotations.Nullable;

/** Lends the versions that get copies. Any thread, never blocks. */
@FunctionalInterface
public interface Candidates {
    /** A version of {@code model} by number or label; null while it is not served. */
    @Nullable
    Candidate lend(String model, String version);
}
