package dev.tern.bench.cli;

import dev.tern.bench.load.ArrivalPattern;
import dev.tern.bench.load.ClosedLoad;
import dev.tern.bench.load.LoadPlan;
import dev.tern.bench.load.OpenLoad;
import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.load.Stage;
import java.time.Duration;
import java.util.List;
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
            paramLabel = "STAGES",
            converter = RateStages.Converter.class,
            description = "Open loop: requests per second on average. Not with --concurrency. 500 is one rate,"
                    + " 100..1000 a ramp; a time may follow, as in 100..1000:30s; stages separated by commas follow one"
                    + " another, as in 100:10s,200:10s,0:5s. A stage without a time lasts as long as the next that has"
                    + " one (100,200,400:10s: 10s each); the last ones without share what is left of --duration. The"
                    + " report shows each stage for itself, a ramp in tenths.")
    @Nullable
    RateStages rate;

    @Option(
            names = "--arrivals",
            paramLabel = "KIND",
            converter = ArrivalKind.Converter.class,
            description = "Open loop: poisson (random gaps); constant (equal ones); bursty:on=100ms,off=400ms (bursts"
                    + " with silence between, --rate being the mean of both; Poisson within them, or evenly with"
                    + " ,within=constant); trace:FILE (recorded: a time a line, in seconds since whenever, in order;"
                    + " ,unit=ms|us|ns for other units, ,speed=2 for twice as fast; without --rate). Default: poisson.")
    @Nullable
    ArrivalKind arrivals;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to measure: 500ms, 10s, 2m. Default: as the times in --rate or the trace say, else"
                    + " 10s, or no limit with --requests.")
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
            description = "Run the load this long before measuring, at the rate that --rate begins with. Default: 2s.")
    Duration warmUp = Duration.ofSeconds(2);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Deadline of each request; 0s for none. Default: 10s.")
    Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--stream",
            description =
                    "Send each connection's requests over one ModelStreamInfer call, in place of a ModelInfer call"
                            + " each. They have no deadline then, and one that fails counts as UNKNOWN: a stream tells no status"
                            + " code.")
    boolean stream;

    @Option(
            names = "--shared-memory",
            paramLabel = "KIND",
            description =
                    "Where inputs are: none (in the messages) or system (in a file of /dev/shm, which the server, on"
                            + " this machine, is told of with SystemSharedMemoryRegister). Answers come in messages."
                            + " Default: ${DEFAULT-VALUE}.")
    String sharedMemory = "none";

    boolean sharesMemory() {
        Allowed.require(
                sharedMemory.equals("none") || sharedMemory.equals("system"),
                "--shared-memory",
                sharedMemory,
                "none or system");
        return sharedMemory.equals("system");
    }

    void check() {
        if (concurrency != null && (rate != null || arrivals != null)) {
            throw new IllegalArgumentException((rate != null ? "--rate" : "--arrivals")
                    + " and --concurrency exclude each other: the first asks for an open loop, the second for a closed"
                    + " one");
        }
        if (arrivals != null && arrivals.trace().isPresent() == (rate != null)) {
            throw new IllegalArgumentException(
                    rate == null
                            ? "--arrivals needs --rate, unless it is a trace (expected: --rate R, requests per second)"
                            : "--rate and a trace exclude each other: a trace has its own rate (expected: ,speed=X)");
        }
        if (duration != null) {
            Allowed.positive("--duration", duration);
        }
        if (requests != null) {
            Allowed.require(requests >= 1, "--requests", requests, "1 or more");
        }
    }

    LoadPlan plan(long seed) {
        if (arrivals != null && arrivals.trace().isPresent()) {
            return arrivals.trace().get();
        }
        if (rate == null) {
            return new ClosedLoad(concurrency == null ? CONCURRENCY : Allowed.atLeastOne("--concurrency", concurrency));
        }
        List<Stage> stages = rate.over(given());
        ArrivalPattern pattern =
                arrivals == null ? ArrivalPattern.POISSON : arrivals.pattern().orElse(ArrivalPattern.POISSON);
        boolean plain =
                stages.size() == 1 && stages.get(0).from() == stages.get(0).to();
        return plain && pattern.equals(ArrivalPattern.POISSON)
                ? new PoissonLoad(stages.get(0).from(), seed)
                : new OpenLoad(pattern, stages, seed);
    }

    /** When the window ends by the clock; a trace or timed stages end it themselves, or are cut off. */
    Optional<Duration> duration() {
        if (arrivals != null && arrivals.trace().isPresent()) {
            Duration whole = Duration.ofNanos(arrivals.trace().get().nanos());
            return Optional.of(duration == null || duration.compareTo(whole) > 0 ? whole : duration);
        }
        if (rate != null && rate.isTimed()) {
            return Optional.of(Duration.ofNanos(
                    rate.over(Optional.empty()).stream().mapToLong(Stage::nanos).sum()));
        }
        return given();
    }

    OptionalLong requests() {
        return requests == null ? OptionalLong.empty() : OptionalLong.of(requests);
    }

    private Optional<Duration> given() {
        if (duration != null) {
            return Optional.of(duration);
        }
        boolean ended = requests != null || (rate != null && rate.isTimed());
        return ended ? Optional.empty() : Optional.of(DURATION);
    }
}
