package dev.tern.bench.cli;

import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many requests, how fast, how long. */
final class LoadOptions {
    private static final int CONCURRENCY = 64;
    private static final Duration DURATION = Duration.ofSeconds(10);

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Closed loop: requests kept in flight, over all connections. Default: 64.")
    @Nullable
    Integer concurrency;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Open loop: requests per second on average, at Poisson times. Not with --concurrency.")
    @Nullable
    Double rate;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to measure: 500ms, 10s, 2m. Default: 10s, or no limit with --requests.")
    @Nullable
    Duration duration;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "Stop after measuring N requests; with --duration whichever comes first.")
    @Nullable
    Long requests;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Run the load this long before measuring. Default: 2s.")
    Duration warmUp = Duration.ofSeconds(2);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Deadline of each request; 0s for none. Default: 10s.")
    Duration timeout = Duration.ofSeconds(10);

    void check() {
        if (rate != null && concurrency != null) {
            throw new IllegalArgumentException("--rate and --concurrency exclude each other: the first asks for an open"
                    + " loop, the second for a closed one");
        }
        if (duration != null) {
            Allowed.positive("--duration", duration);
        }
        if (requests != null) {
            Allowed.require(requests >= 1, "--requests", requests, "1 or more");
        }
        if (rate != null) {
            Allowed.require(rate > 0 && Double.isFinite(rate), "--rate", rate, "more than 0");
        }
    }

    LoadPlan plan(long seed) {
        if (rate != null) {
            return new PoissonLoad(rate, seed);
        }
        return new ClosedLoad(concurrency == null ? CONCURRENCY : Allowed.atLeastOne("--concurrency", concurrency));
    }

    Optional<Duration> duration() {
        if (duration != null) {
            return Optional.of(duration);
        }
        return requests == null ? Optional.of(DURATION) : Optional.empty();
    }

    OptionalLong requests() {
        return requests == null ? OptionalLong.empty() : OptionalLong.of(requests);
    }
}
