package dev.tern.bench.cached;

import dev.tern.bench.figures.Series;
import dev.tern.bench.figures.Texts;
import java.time.Duration;
import java.util.List;

/**
 * How a cache was filled.
 *
 * @param windows looks at it, at least one
 * @param window how long each took
 * @param steady whether it was full at the end, and its hit ratio grew no more
 */
record Filled(List<Outcome> windows, Duration window, boolean steady) {
    Filled {
        windows = List.copyOf(windows);
    }

    double seconds() {
        return windows.size() * window.toNanos() / 1e9;
    }

    /** For people. */
    String describe() {
        Outcome last = windows.get(windows.size() - 1);
        return Texts.format(
                "%s filled for %.1f s, %s: %,.0f entries, %.3f found",
                last.trial().model(),
                seconds(),
                steady ? "full, its hit ratio steady" : "still filling",
                last.cache().entries(),
                last.known());
    }

    Series part(String name) {
        return new Series(
                name + ", filled for s, " + (steady ? "full and steady" : "NOT full or steady"), List.of(seconds()));
    }
}
