package dev.tern.bench.startup;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How starts are measured.
 *
 * @param server the server's launcher, bin/tern
 * @param serverCores what taskset pins it to; empty for any core
 * @param repeat repetitions, at least 1
 * @param early the time after readiness whose throughput is measured
 * @param meanwhile how long it is loaded until it counts as steady
 * @param flags further ones of {@code tern serve}
 */
public record StartSettings(
        Path server, String serverCores, int repeat, Duration early, Duration meanwhile, List<String> flags) {
    public StartSettings {
        flags = List.copyOf(flags);
    }
}
