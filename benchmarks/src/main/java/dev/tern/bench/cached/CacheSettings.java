package dev.tern.bench.cached;

import dev.tern.bench.process.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the figures are measured.
 *
 * @param launch how servers are started; what is measured beside them is pinned to the same cores
 * @param redis the program redis-server; empty to leave out what needs one
 * @param repeat repetitions of each trial, at least 1
 * @param duration how long a trial is measured
 * @param settle how long its load runs before
 * @param warmUp how long each model is loaded before anything is measured; the first of a server three times as long
 * @param filling how a cache is filled before
 */
public record CacheSettings(
        Launch launch,
        Optional<Path> redis,
        int repeat,
        Duration duration,
        Duration settle,
        Duration warmUp,
        Filling filling) {
    /**
     * A model is loaded at full speed until its cache is full and its hit ratio steady.
     *
     * @param window how long it is looked at
     * @param longest when it is taken as it is
     */
    public record Filling(Duration window, Duration longest) {}
}
