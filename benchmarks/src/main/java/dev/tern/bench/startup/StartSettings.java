package dev.tern.bench.startup;

import dev.tern.bench.process.Launch;
import java.time.Duration;
import java.util.List;

/**
 * How starts are measured.
 *
 * @param launch how servers are started
 * @param archives with which archives of classes, by turns; at least one
 * @param parts what is measured
 * @param repeat repetitions that count, at least 1
 * @param early the time after readiness whose throughput is measured
 * @param meanwhile how long a server is loaded until it counts as steady
 * @param flags further ones of {@code tern serve}
 */
public record StartSettings(
        Launch launch,
        List<Archive> archives,
        List<StartPart> parts,
        int repeat,
        Duration early,
        Duration meanwhile,
        List<String> flags) {
    public StartSettings {
        archives = List.copyOf(archives);
        parts = List.copyOf(parts);
        flags = List.copyOf(flags);
    }
}
