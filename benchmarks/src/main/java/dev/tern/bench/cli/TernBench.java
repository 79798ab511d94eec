package dev.tern.bench.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tern-bench}; each of its doings is a subcommand. */
@Command(
        name = "tern-bench",
        description = "Load tester for Open Inference Protocol (KServe v2) gRPC servers.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            SearchCommand.class,
            CurveCommand.class,
            AbCommand.class,
            CompareCommand.class,
            ModelsCommand.class,
            SimulateCommand.class,
            FiguresCommand.class,
            FloorCommand.class,
            StartCommand.class,
            ScaleCommand.class,
            CacheCommand.class,
            LifecycleCommand.class
        },
        footer = {
            "",
            "Exit codes:",
            "  0  done, and what was asked for holds",
            "  1  measured, but requests failed, or an assertion or an objective was not met",
            "  2  the command line asks for something that cannot be",
            "  3  the server cannot be reached, or the model is unknown or not ready",
            "",
            "Examples:",
            "  tern-bench run --target localhost:8001 --model ranker",
            "  tern-bench search --target localhost:8001 --model ranker \\",
            "      --objective 'p99<20ms'",
            "  tern-bench compare before.json after.json --html comparison.html",
            "",
            "'tern-bench COMMAND --help' explains a command."
        })
public final class TernBench implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private TernBench() {}

    /** The command line, ready to execute. */
    public static CommandLine commandLine() {
        return new CommandLine(new TernBench())
                .setParameterExceptionHandler(TernBench::explain)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "no command given (expected: run, search, curve, ab, compare, models, simulate, figures, floor, start, scale, cache or lifecycle)");
    }

    /** The message and where to read on, not two screens of help that push the message away. */
    private static int explain(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter errors = command.getErr();
        errors.println(command.getCommandName() + ": " + failure.getMessage());
        errors.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        errors.flush();
        return ExitCode.USAGE;
    }
}
