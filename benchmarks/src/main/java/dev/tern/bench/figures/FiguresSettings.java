package dev.tern.bench.figures;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the figures are measured.
 *
 * @param server the server's launcher, bin/tern
 * @param serverCores what taskset pins it to; empty for any core
 * @param repeat repetitions of each trial, at least 1
 * @param duration how long a trial is measured
 * @param settle how long its load runs before
 * @param warmUp how long each model is loaded before anything is measured; the server's first model three times as long
 */
public record FiguresSettings(
        Path server, String serverCores, int repeat, Duration duration, Duration settle, Duration warmUp) {}
