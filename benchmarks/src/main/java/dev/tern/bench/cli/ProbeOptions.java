package dev.tern.bench.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How one window is measured. */
final class ProbeOptions {
    @Option(
            names = "--window",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long each window is measured. Default: 5s.")
    Duration window = Duration.ofSeconds(5);

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Run the load this long before each window. Default: 1s.")
    Duration settle = Duration.ofSeconds(1);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Load the model this long, 16 requests in flight, before anything is measured; 0s for not at"
                    + " all. Default: 5s.")
    Duration warmUp = Duration.ofSeconds(5);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Deadline of each request; 0s for none. Default: 10s.")
    Duration timeout = Duration.ofSeconds(10);

    void check() {
        Allowed.positive("--window", window);
    }
}
