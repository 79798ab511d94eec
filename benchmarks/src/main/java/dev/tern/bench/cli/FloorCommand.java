package dev.tern.bench.cli;

import dev.tern.bench.figures.FiguresJson;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.floor.FloorRun;
import dev.tern.bench.floor.FloorSettings;
import dev.tern.bench.floor.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench floor}: what a Tern server costs over the work that cannot be avoided. */
@Command(
        name = "floor",
        description = {
            "Measures, in turn on the same cores, (a) a bare gRPC echo, (b) the bare ONNX Runtime call and (c) a Tern"
                    + " server, and prints what a request costs in CPU time and in bytes allocated, and the ratio of (c)"
                    + " to (a) + (b).",
            "",
            "The echo has the server's JVM flags, libraries, event loops and settings; it leaves requests unread and"
                    + " answers with what the server answered. The bare run has the rows that the server's runs had."
                    + " CPU time and bytes are the processes' own accounts, so they hold where a clock does not. Linux"
                    + " only. Pin this tool to another core with taskset.",
            "",
            "After the warm-up one repetition is made that does not count: it still meets code that is being compiled."
                    + " A figure is the median of the others, its spread the largest less the smallest over the median.",
            "",
            "  mlp-64        64 floats, 64-256-256-1",
            "  mlp-512       512 floats, 512-1024-512-256-1",
            "  ranker-1      the demo's ranker, 1 row",
            "  ranker-200    the same, 200 rows",
            "  payload-100b  25 floats, of which the mean is taken",
            "  payload-1m    262,144 floats",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench floor --server FILE [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  everything was measured, whether or not it was reached",
            "  1  a program failed",
            "  2  the command line asks for something that cannot be",
            "",
            "Examples:",
            "  taskset -c 1 tern-bench floor --server server/target/tern/bin/tern --json floor.json",
            "  taskset -c 1 tern-bench floor --server server/target/tern/bin/tern --only mlp-64 --tail 10m"
        })
final class FloorCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions("0");

    @Mixin
    private TrialOptions trials = new TrialOptions(7, 20);

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure these only, separated by commas. Default: all.")
    List<String> only = names();

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            description = "gRPC event loops of server and echo. Default: ${DEFAULT-VALUE}.")
    int eventLoops = 1;

    @Option(
            names = "--callers",
            paramLabel = "N",
            description = "Requests in flight at saturation. Default: ${DEFAULT-VALUE}.")
    int callers = 64;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Connections they are spread over. Default: ${DEFAULT-VALUE}.")
    int connections = 2;

    @Option(
            names = "--tail",
            paramLabel = "TIME",
            converter = Durations.class,
            description =
                    "Then load echo and server in slices of 30 s at most by turns, each so long in all, with half of the"
                            + " server's capacity, and compare p99.9/p50. Default: 0s, not at all.")
    Duration tail = Duration.ZERO;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private FloorCommand() {}

    @Override
    public Integer call() throws IOException {
        Measuring<ScenarioResult> measuring = new Measuring<>(
                spec,
                server,
                new FiguresReport(results -> FiguresJson.of("tern-bench floor", results, VersionText.version())));
        FloorRun run = new FloorRun(settings(), measuring.stop(), measuring::progress);
        List<Measuring.Part<ScenarioResult>> parts = Workload.ALL.stream()
                .filter(each -> only.contains(each.name()))
                .<Measuring.Part<ScenarioResult>>map(each -> () -> List.of(run.measure(each)))
                .toList();
        return measuring.all(parts);
    }

    private FloorSettings settings() {
        try {
            Allowed.among("--only", only, names());
            return new FloorSettings(
                    server.launch(),
                    Allowed.atLeastOne("--event-loops", eventLoops),
                    Allowed.atLeastOne("--callers", callers),
                    Allowed.atLeastOne("--connections", connections),
                    trials.repeat(),
                    trials.duration(),
                    trials.settle(),
                    trials.warmUp(),
                    tail);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static List<String> names() {
        return Workload.ALL.stream().map(Workload::name).toList();
    }
}
