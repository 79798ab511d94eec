package dev.tern.bench.cli;

import dev.tern.bench.input.InputException;
import dev.tern.bench.report.JsonReport;
import dev.tern.bench.report.TextReport;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import dev.tern.bench.target.TargetException;
import dev.tern.bench.verify.ReferenceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench run}: one load, one report. */
@Command(
        name = "run",
        description = {
            "Sends a load to one model and reports rate and latencies.",
            "",
            "The model's inputs are read from the server; fitting requests are made at random, encoded once and sent in"
                    + " turn. Without --rate the load is a closed loop: each of --concurrency callers sends its next"
                    + " request when the last has been answered. With --rate it is an open loop: requests leave at"
                    + " random (Poisson) times whether or not earlier ones were answered, and latency counts from the"
                    + " time a request was to be sent, so a server that stalls cannot hide it.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench run --target HOST:PORT --model NAME [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  all requests were answered, and rightly where --verify was given",
            "  1  requests failed, answers differed, or nothing was measured",
            "  2  the command line asks for something that cannot be",
            "  3  the server cannot be reached, or the model is unknown or not ready",
            "",
            "Examples:",
            "  tern-bench run --target localhost:8001 --model ranker",
            "  tern-bench run --target localhost:8001 --model ranker --rows 200 \\",
            "      --rate 500 --duration 1m",
            "  tern-bench run --target localhost:8001 --model encoder --shape token_ids:128 \\",
            "      --shape mask:128 --range token_ids:0,999 --verify --json -",
            "  tern-bench run --target localhost:8001 --model encoder --distinct 1000 \\",
            "      --shape 'token_ids:zipf(8,512)' --shape 'mask:zipf(8,512)' --rate 500 --timeout 50ms",
            "",
            "TERN_BENCH_JAVA_OPTS, when set, takes the place of the JVM flags of bin/tern-bench."
        })
final class RunCommand implements Callable<Integer> {
    @ArgGroup(validate = false, heading = "%nTarget:%n", order = 1)
    private TargetOptions target = new TargetOptions();

    @ArgGroup(validate = false, heading = "%nRequests:%n", order = 2)
    private InputOptions input = new InputOptions();

    @ArgGroup(validate = false, heading = "%nLoad:%n", order = 3)
    private LoadOptions load = new LoadOptions();

    @ArgGroup(validate = false, heading = "%nChecking and output:%n", order = 4)
    private OutputOptions output = new OutputOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private RunCommand() {}

    @Override
    public Integer call() throws IOException {
        RunSettings settings = settings();
        progress(settings);
        BenchRun run = new BenchRun(settings);
        try {
            return Interrupt.stops(run::stop, () -> reported(run));
        } catch (TargetException e) {
            return fail(e, ExitCode.UNREACHABLE);
        } catch (InputException e) {
            return fail(e, ExitCode.USAGE);
        } catch (ReferenceException e) {
            return fail(e, ExitCode.FAILED);
        }
    }

    private int reported(BenchRun run) throws IOException {
        RunResult result = run.run();
        print(result);
        return exitCode(result);
    }

    private RunSettings settings() {
        try {
            load.check();
            output.check();
            return new RunSettings(
                    target.address(),
                    input.head(target.model(), target.modelVersion),
                    Allowed.atLeastOne("--rows", input.rows),
                    input.shapes,
                    input.ranges,
                    Allowed.atLeastOne("--distinct", input.distinct),
                    input.seed,
                    load.plan(input.seed),
                    Allowed.atLeastOne("--connections", target.connections),
                    target.threads(),
                    load.warmUp,
                    load.duration(),
                    load.requests(),
                    load.timeout,
                    output.tolerance());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void progress(RunSettings settings) {
        PrintWriter errors = spec.commandLine().getErr();
        errors.println("tern-bench: " + settings.load().describe() + " against " + settings.target() + ", warm-up "
                + Durations.text(settings.warmUp()) + ", then "
                + settings.duration()
                        .map(Durations::text)
                        .orElse(settings.requests().orElse(0) + " requests"));
        errors.flush();
    }

    /** With JSON on standard output the table goes to the other stream, so that either can be piped. */
    private void print(RunResult result) throws IOException {
        String json = output.json == null ? "" : JsonReport.of(result, VersionText.version());
        boolean jsonOnly = "-".equals(output.json);
        PrintWriter table =
                jsonOnly ? spec.commandLine().getErr() : spec.commandLine().getOut();
        table.print(TextReport.of(result));
        table.flush();
        if (jsonOnly) {
            spec.commandLine().getOut().print(json);
            spec.commandLine().getOut().flush();
        } else if (output.json != null) {
            Files.writeString(Path.of(output.json), json);
        }
    }

    private int exitCode(RunResult result) {
        boolean failed = result.measurement().hasErrors() && !output.allowErrors;
        boolean nothing = result.measurement().sent() == 0;
        return failed || nothing || result.hasMismatches() ? ExitCode.FAILED : ExitCode.OK;
    }

    private int fail(RuntimeException failure, int exitCode) {
        spec.commandLine().getErr().println("tern-bench: " + failure.getMessage());
        spec.commandLine().getErr().flush();
        return exitCode;
    }
}
