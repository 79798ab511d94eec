package dev.tern.bench.figures;

import dev.tern.bench.process.Launch;
import java.time.Duration;

/**
 * How the figures are measured.
 *
 * @param launch how servers are started
 * @param repeat repetitions of each trial, at least 1
 * @param duration how long a trial is measured
 * @param settle how long its load runs before
 * @param warmUp how long each model is loaded before anything is measured; the server's first model three times as long
 */
public record FiguresSettings(Launch launch, int repeat, Duration duration, Duration settle, Duration warmUp) {}
