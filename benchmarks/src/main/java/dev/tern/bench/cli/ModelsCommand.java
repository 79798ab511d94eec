package dev.tern.bench.cli;

import dev.tern.bench.models.BenchModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench models}: the models that the figures are measured with. */
@Command(
        name = "models",
        description = {
            "Writes a model repository with the models that Tern's figures are measured with.",
            "",
            "mlp-64 (64-256-256-1), mlp-1024 (512-1024-512-256-1) and mlp-2048 (512-2048-2048-1024-1) are fully connected"
                    + " networks, payload takes the mean of any number of floats, history (a mean through such a network) and session (a GRU) encode sequences of any length;"
                    + " weights are random. Each is there once for"
                    + " every way to schedule it, as a model of its own:",
            "",
            "  unbatched   each request runs alone",
            "  fixed-N     dynamic batching with a window of N microseconds",
            "  adaptive    tern.batching.mode adaptive",
            "  objective   the same with a latency objective",
            "  priority    two priority levels, requests without one in the lower",
            "  bounded     at most 256 requests wait",
            "  equal       history, session: requests of the same length share a run",
            "  padded      history, session: requests are padded to share a run",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        customSynopsis = "tern-bench models --out DIR [OPTIONS]",
        footer = {
            "",
            "Examples:",
            "  tern-bench models --out /tmp/models",
            "  tern-bench models --out /tmp/models --only mlp-2048-unbatched,mlp-2048-fixed-0",
            "  tern serve --model-repository=/tmp/models"
        })
final class ModelsCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The model repository; made if missing, files of the same names are replaced. Required.")
    @Nullable
    Path out;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Write these models only, separated by commas. Default: all.")
    List<String> only = BenchModels.names();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed makes the same weights. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ModelsCommand() {}

    @Override
    public Integer call() {
        Path repository = checked();
        try {
            BenchModels.write(repository, seed, only);
        } catch (IOException e) {
            PrintWriter errors = spec.commandLine().getErr();
            errors.println("tern-bench: cannot write the models to " + repository + ": " + e);
            errors.flush();
            return ExitCode.FAILED;
        }
        PrintWriter written = spec.commandLine().getOut();
        BenchModels.names().stream().filter(only::contains).forEach(written::println);
        written.flush();
        return ExitCode.OK;
    }

    private Path checked() {
        if (out == null) {
            throw new ParameterException(spec.commandLine(), "--out is missing (expected: --out DIR)");
        }
        List<String> names = BenchModels.names();
        for (String each : only) {
            if (!names.contains(each)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--only: '" + each + "' is not allowed (expected: any of " + String.join(", ", names) + ")");
            }
        }
        return out;
    }
}
