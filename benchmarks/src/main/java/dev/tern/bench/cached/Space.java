package dev.tern.bench.cached;

import dev.tern.bench.figures.Series;
import java.util.List;

/**
 * The memory that a cache is given.
 *
 * @param entries how many answers it is to hold
 * @param entryBytes what the server counts for one
 */
record Space(int entries, long entryBytes) {
    long bytes() {
        return entries * entryBytes;
    }

    /** Of a server whose models have this much together, each the same. */
    String flag(int models) {
        return "--cache-size=" + models * bytes();
    }

    /** For the table. */
    List<Series> parts(String name) {
        return List.of(
                new Series(name + ", memory for answers, bytes", List.of((double) bytes())),
                new Series(name + ", bytes of an answer", List.of((double) entryBytes)));
    }
}
