package dev.tern.bench.cli;

import dev.tern.bench.figures.FiguresJson;
import dev.tern.bench.figures.FiguresTable;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.startup.StartRun;
import dev.tern.bench.startup.StartSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern-bench start}: how soon a Tern server answers, and how soon it is as quick as it will be. */
@Command(
        name = "start",
        description = {
            "Starts a Tern server with its demo models over and over and measures the time to the first answer without"
                    + " warm-up, the time to readiness with it, the p99 of the first 1,000 requests and the throughput of"
                    + " the first seconds after readiness, both against the same server's later on.",
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
            "  1  a server failed",
            "  2  the command line asks for something that cannot be",
            "",
            "Examples:",
            "  taskset -c 1 tern-bench start --server server/target/tern/bin/tern",
            "  taskset -c 1 tern-bench start --server server/target/tern/bin/tern -- --warm-up-budget=2s"
        })
final class StartCommand implements Callable<Integer> {
    private static final String ANY = "any";

    @Option(names = "--server", paramLabel = "FILE", description = "The server's launcher, bin/tern. Required.")
    @Nullable
    Path server;

    @Option(
            names = "--server-cores",
            paramLabel = "LIST",
            description = "The cores that it is pinned to, as taskset takes them; 'any' for no pinning."
                    + " Default: ${DEFAULT-VALUE}.")
    String serverCores = ANY;

    @Option(names = "--repeat", paramLabel = "N", description = "Repetitions. Default: ${DEFAULT-VALUE}.")
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

    @Option(names = "--json", paramLabel = "FILE", description = "Write every figure there too.")
    @Nullable
    Path json;

    @Parameters(paramLabel = "FLAG", arity = "0..*", description = "Further flags of tern serve.")
    List<String> flags = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private StartCommand() {}

    @Override
    public Integer call() throws IOException {
        StartSettings settings = settings();
        ScenarioResult result = new StartRun(settings, this::progress).measure();
        PrintWriter table = spec.commandLine().getOut();
        table.print(FiguresTable.of(List.of(result)));
        table.flush();
        if (json != null) {
            Files.writeString(json, FiguresJson.of("tern-bench start", List.of(result), VersionText.version()));
        }
        return result.failure().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private StartSettings settings() {
        try {
            if (server == null) {
                throw new IllegalArgumentException("--server is missing (expected: --server FILE)");
            }
            Allowed.require(
                    Files.isExecutable(server) && Files.isRegularFile(server),
                    "--server",
                    server,
                    "an executable file");
            Allowed.positive("--early", early);
            Allowed.positive("--meanwhile", meanwhile);
            return new StartSettings(
                    server.toAbsolutePath(),
                    serverCores.equals(ANY) ? "" : serverCores,
                    Allowed.atLeastOne("--repeat", repeat),
                    early,
                    meanwhile,
                    flags);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void progress(String line) {
        spec.commandLine().getErr().println("tern-bench: " + line);
        spec.commandLine().getErr().flush();
    }
}
