package dev.tern.bench.lifecycle;

import dev.tern.bench.process.Launch;
import java.time.Duration;

/**
 * How the figures are measured.
 *
 * @param launch how servers are started
 * @param repeat slices of each variant, at least 1
 * @param duration how long a slice is measured
 * @param settle how long its load runs before
 * @param warmUp how long each model is loaded before anything is measured; the first of a server three times as long
 * @param load the part of the capacity that is asked for, more than 0
 */
public record LifecycleSettings(
        Launch launch, int repeat, Duration duration, Duration settle, Duration warmUp, double load) {}
