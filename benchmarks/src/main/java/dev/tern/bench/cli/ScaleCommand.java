package dev.tern.bench.cli;

import dev.tern.bench.models.BenchModels;
import dev.tern.bench.scale.ScaleJson;
import dev.tern.bench.scale.ScaleResult;
import dev.tern.bench.scale.ScaleRun;
import dev.tern.bench.scale.ScaleSettings;
import dev.tern.bench.scale.ScaleTable;
import dev.tern.bench.scale.Setting;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench scale}: throughput by event loops and instances. */
@Command(
        name = "scale",
        description = {
            "Measures how a Tern server's throughput grows with its event loops and its model's instances, and says what"
                    + " stops it.",
            "",
            "For each model of 'tern-bench models' that is asked for, one server is started for each pair of"
                    + " --event-loops and --instances, with as many execution slots as instances; all of them are up,"
                    + " and idle but for the one that is loaded. Each is warmed up, then all are measured by turns, over"
                    + " and over, every other time backwards. A figure is the median, its spread the largest less the"
                    + " smallest over the median.",
            "",
            "Limited by the generator: --threads, or its cores, are too few. By its cores: 90%% of their time is"
                    + " used, by the server or by others, such as this tool. By its own threads: neither.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench scale --server FILE [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  everything was measured",
            "  1  a server failed, or the measurement was interrupted",
            "  2  the command line asks for something that cannot be",
            "",
            "Examples:",
            "  tern-bench scale --server server/target/tern/bin/tern --json scale.json",
            "  taskset -c 4-7 tern-bench scale --server server/target/tern/bin/tern \\",
            "      --server-cores 0-3 --event-loops 1,2,4 --instances 1,2 --threads 4"
        })
final class ScaleCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions(ServerOptions.ANY);

    @Mixin
    private TrialOptions trials = new TrialOptions(5, 20);

    @Option(
            names = "--models",
            paramLabel = "NAME",
            split = ",",
            description = "Models of 'tern-bench models', separated by commas. Default: mlp-64-fixed-0, whose requests"
                    + " cost more than its runs, and mlp-1024-unbatched, whose runs cost more.")
    List<String> models = List.of("mlp-64-fixed-0", "mlp-1024-unbatched");

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            split = ",",
            description = "Numbers of gRPC event loops, separated by commas. Default: 1,2.")
    List<Integer> eventLoops = List.of(1, 2);

    @Option(
            names = "--instances",
            paramLabel = "N",
            split = ",",
            description = "Numbers of instances, separated by commas. Default: 1,2.")
    List<Integer> instances = List.of(1, 2);

    @Option(names = "--callers", paramLabel = "N", description = "Requests in flight. Default: ${DEFAULT-VALUE}.")
    int callers = 64;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Connections they are spread over; no fewer than event loops, each of which serves whole"
                    + " connections. Default: ${DEFAULT-VALUE}.")
    int connections = 4;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops of the generator. Default: ${DEFAULT-VALUE}.")
    int threads = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ScaleCommand() {}

    @Override
    public Integer call() throws IOException {
        ScaleSettings settings = settings();
        Measuring<ScaleResult> measuring = new Measuring<>(spec, server, new Report(settings));
        ScaleRun run = new ScaleRun(settings, measuring.stop(), measuring::progress);
        return measuring.all(models.stream()
                .<Measuring.Part<ScaleResult>>map(each -> () -> List.of(run.measure(each)))
                .toList());
    }

    private ScaleSettings settings() {
        try {
            Allowed.among("--models", models, BenchModels.names());
            eventLoops.forEach(each -> Allowed.atLeastOne("--event-loops", each));
            instances.forEach(each -> Allowed.atLeastOne("--instances", each));
            return new ScaleSettings(
                    server.launch(),
                    Setting.all(eventLoops, instances),
                    Allowed.atLeastOne("--callers", callers),
                    Allowed.atLeastOne("--connections", connections),
                    Allowed.atLeastOne("--threads", threads),
                    trials.repeat(),
                    trials.duration(),
                    trials.settle(),
                    trials.warmUp());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** The table and the JSON. */
    private record Report(ScaleSettings settings) implements Measuring.Report<ScaleResult> {
        @Override
        public String text(List<ScaleResult> results) {
            return ScaleTable.of(results);
        }

        @Override
        public String json(List<ScaleResult> results) {
            return ScaleJson.of(settings, results, VersionText.version());
        }

        @Override
        public boolean isWhole(ScaleResult result) {
            return result.failure().isEmpty();
        }
    }
}
