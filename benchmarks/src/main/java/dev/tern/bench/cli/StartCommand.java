package dev.tern.bench.cli;

import dev.tern.bench.figures.FiguresJson;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.startup.Archive;
import dev.tern.bench.startup.StartPart;
import dev.tern.bench.startup.StartRun;
import dev.tern.bench.startup.StartSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code tern-bench start}: how soon a Tern server answers, and how soon it is as quick as it will be. */
@Command(
        name = "start",
        description = {
            "Starts a Tern server with its demo models over and over and measures how soon it answers and how soon it is as"
                    + " quick as it will be.",
            "",
            "  first-answer  from start to the answer to a request, --warm-up=none",
            "  ready         from start until ServerReady says so, with warm-up",
            "  speed         with warm-up, over the same server's later on: p99 of the",
            "                first 1,000 requests, throughput of the first seconds",
            "",
            "The first answer is that of a client that has its request ready: the request is made with the help of a server"
                    + " that is started before and ended again; it is sent as soon as the port is open and, while it is"
                    + " refused, again every 2 ms. The port is tried every 2 ms, too.",
            "",
            "With --archive=both servers are started by turns with the archive of classes that 'tern archive' makes (from"
                    + " JDK 25 on the AOT cache) and without it, out of a copy of the distribution that lacks it.",
            "",
            "One repetition more than asked for is made first, to warm up this tool, and left out. The server's Java is"
                    + " that of JAVA_HOME. Pin this tool to another core with taskset.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench start --server FILE [OPTIONS] [-- FLAGS OF tern serve]",
        footer = {
            "",
            "Exit codes:",
            "  0  everything was measured, whether or not it was reached",
            "  1  a server failed, or the measurement was interrupted",
            "  2  the command line asks for something that cannot be",
            "",
            "Examples:",
            "  taskset -c 1 tern-bench start --server server/target/tern/bin/tern",
            "  tern-bench start --server server/target/tern/bin/tern --archive both \\",
            "      --only first-answer --repeat 10",
            "  tern-bench start --server server/target/tern/bin/tern -- --warm-up-budget=2s"
        })
final class StartCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions(ServerOptions.ANY);

    @Option(
            names = "--archive",
            paramLabel = "found|on|off|both",
            converter = Archives.Converter.class,
            description = "Which archive of classes servers are started with: the one that the launcher finds, if any;"
                    + " that, or not at all; none; by turns with and without. Default: found.")
    Archives archives = new Archives(List.of(Archive.FOUND));

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure these only, separated by commas. Default: all.")
    List<String> only = StartPart.names();

    @Option(names = "--repeat", paramLabel = "N", description = "Repetitions that count. Default: ${DEFAULT-VALUE}.")
    int repeat = 5;

    @Option(
            names = "--early",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "The time after readiness whose throughput is measured. Default: 5s.")
    Duration early = Duration.ofSeconds(5);

    @Option(
            names = "--meanwhile",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long a server is loaded after that until it counts as steady. Default: 20s.")
    Duration meanwhile = Duration.ofSeconds(20);

    @Parameters(paramLabel = "FLAG", arity = "0..*", description = "Further flags of tern serve.")
    List<String> flags = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private StartCommand() {}

    @Override
    public Integer call() throws IOException {
        Measuring<ScenarioResult> measuring = new Measuring<>(
                spec,
                server,
                new FiguresReport(results -> FiguresJson.of("tern-bench start", results, VersionText.version())));
        StartRun run = new StartRun(settings(), measuring.stop(), measuring::progress);
        return measuring.all(List.of(run::measure));
    }

    private StartSettings settings() {
        try {
            Allowed.among("--only", only, StartPart.names());
            Allowed.positive("--early", early);
            Allowed.positive("--meanwhile", meanwhile);
            return new StartSettings(
                    server.launch(),
                    archives.all(),
                    StartPart.named(only),
                    Allowed.atLeastOne("--repeat", repeat),
                    early,
                    meanwhile,
                    flags);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Which archives.
     *
     * @param all by turns
     */
    record Archives(List<Archive> all) {
        Archives {
            all = List.copyOf(all);
        }

        static final class Converter implements ITypeConverter<Archives> {
            @Override
            public Archives convert(String text) {
                return switch (text) {
                    case "found" -> new Archives(List.of(Archive.FOUND));
                    case "on" -> new Archives(List.of(Archive.ON));
                    case "off" -> new Archives(List.of(Archive.OFF));
                    case "both" -> new Archives(List.of(Archive.ON, Archive.OFF));
                    default ->
                        throw new TypeConversionException(
                                "'" + text + "' is not allowed (expected: found, on, off or both)");
                };
            }
        }
    }
}
