package dev.tern.bench.scale;

import dev.tern.bench.process.Launch;
import java.time.Duration;
import java.util.List;

/**
 * How it is measured.
 *
 * @param launch how servers are started
 * @param settings one server each; at least one
 * @param callers requests in flight, over all connections
 * @param connections they are spread over
 * @param threads event loops of the generator
 * @param repeat repetitions, at least 1
 * @param duration how long each is measured
 * @param settle how long the load runs before
 * @param warmUp how long each server is loaded before anything is measured
 */
public record ScaleSettings(
        Launch launch,
        List<Setting> settings,
        int callers,
        int connections,
        int threads,
        int repeat,
        Duration duration,
        Duration settle,
        Duration warmUp) {
    public ScaleSettings {
        settings = List.copyOf(settings);
    }
}
