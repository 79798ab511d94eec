package dev.tern.bench.cli;

import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.target.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is compared, under which load. */
final class AbOptions {
    private static final int CONCURRENCY = 64;

    @Option(
            names = "--versus",
            paramLabel = "HOST:PORT",
            converter = Parsed.Targets.class,
            description = "B's address. Default: A's, which is --target.")
    @Nullable
    HostPort versus;

    @Option(
            names = "--versus-model",
            paramLabel = "NAME",
            description = "B's model, of the same inputs. Default: A's, which is --model.")
    @Nullable
    String model;

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
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds of A B B A; six are the fewest that can tell a difference from chance. Default:"
                    + " ${DEFAULT-VALUE}.")
    int rounds = 10;

    @Option(
            names = "--slice",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long each slice is measured. Default: 2s.")
    Duration slice = Duration.ofSeconds(2);

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Run the load this long before each slice. Default: 500ms.")
    Duration settle = Duration.ofMillis(500);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = Durations.class,
            description =
                    "Load either side this long, 16 requests in flight, before anything is measured; 0s for not at"
                            + " all. Default: 5s.")
    Duration warmUp = Duration.ofSeconds(5);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Deadline of each request; 0s for none. Default: 10s.")
    Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--assert",
            paramLabel = "CONDITIONS",
            converter = Parsed.Comparisons.class,
            description = "Exit with 1 unless all of these hold, such as 'p99<=1.1x,rate>=0.95x,errors<0.1%%': p50 to"
                    + " p99.999, mean, max, errors, rate and goodput, with <, <=, > or >=. A number with x is held"
                    + " against the median of the rounds' ratios B/A, any other against the mean of B's slices, as in"
                    + " 'tern-bench run'. Without a condition on errors, a request that fails fails this, too. May be"
                    + " repeated.")
    List<Objective> asserted = new ArrayList<>();

    void check() {
        if (versus == null && model == null) {
            throw new IllegalArgumentException(
                    "--versus is missing (expected: --versus HOST:PORT, --versus-model NAME, or both)");
        }
        if (rate != null && concurrency != null) {
            throw new IllegalArgumentException("--rate and --concurrency exclude each other: the first asks for an open"
                    + " loop, the second for a closed one");
        }
        if (rate != null) {
            Allowed.require(rate > 0 && Double.isFinite(rate), "--rate", rate, "more than 0");
        }
        Allowed.positive("--slice", slice);
        Allowed.atLeastOne("--rounds", rounds);
    }

    LoadPlan load(long seed) {
        if (rate != null) {
            return new PoissonLoad(rate, seed);
        }
        return new ClosedLoad(concurrency == null ? CONCURRENCY : Allowed.atLeastOne("--concurrency", concurrency));
    }

    /** A's target with what is B's own. */
    TargetOptions versus(TargetOptions target) {
        TargetOptions other = new TargetOptions();
        other.address = versus == null ? target.address : versus;
        other.model = model == null ? target.model : model;
        other.modelVersion = model == null ? target.modelVersion : "";
        other.connections = target.connections;
        other.threads = target.threads;
        return other;
    }
}
