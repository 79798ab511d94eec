package dev.tern.bench.cli;

import dev.tern.bench.figures.FiguresJson;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.lifecycle.LifecycleRun;
import dev.tern.bench.lifecycle.LifecycleSettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench lifecycle}: what changing a model under load costs, measured. */
@Command(
        name = "lifecycle",
        description = {
            "Starts a Tern server, changes its models under load and prints a Markdown table.",
            "",
            "Each scenario gets a server of its own, pinned to --server-cores. The load is an open loop with Poisson"
                    + " arrivals, at a part of what 64 callers get. Variants are measured in slices by turns, --repeat of"
                    + " --duration each; a figure is of all slices' requests together. Pin this tool to another core with"
                    + " taskset.",
            "",
            "  reload  p99 with a reload every 2 s over without, of two versions by turns;",
            "          every answer is held against the version that it claims; memory after 200",
            "          reloads over after 20",
            "  shadow  p99 with a copy of every request to another version over without, and",
            "          how many copies there was time for",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        customSynopsis = "tern-bench lifecycle --server FILE [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  everything was measured, whether or not it was reached",
            "  1  the server or the models failed",
            "  2  the command line asks for something that cannot be",
            "",
            "Examples:",
            "  taskset -c 1 tern-bench lifecycle --server server/target/tern/bin/tern \\",
            "      --only reload --repeat 20 --duration 30s"
        })
final class LifecycleCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions("0");

    @Mixin
    private TrialOptions trials = new TrialOptions(6, 5);

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure these scenarios only, separated by commas. Default: all.")
    List<String> only = LifecycleRun.names();

    @Option(
            names = "--load",
            paramLabel = "SHARE",
            description = "The part of the capacity that is asked for. Default: ${DEFAULT-VALUE}.")
    double load = 0.7;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private LifecycleCommand() {}

    @Override
    public Integer call() throws IOException {
        Measuring<ScenarioResult> measuring = new Measuring<>(
                spec,
                server,
                new FiguresReport(results -> FiguresJson.of("tern-bench lifecycle", results, VersionText.version())));
        LifecycleRun run = new LifecycleRun(settings(), measuring.stop(), measuring::progress);
        List<Measuring.Part<ScenarioResult>> parts = LifecycleRun.names().stream()
                .filter(only::contains)
                .<Measuring.Part<ScenarioResult>>map(each -> () -> List.of(run.measure(each)))
                .toList();
        return measuring.all(parts);
    }

    private LifecycleSettings settings() {
        try {
            Allowed.among("--only", only, LifecycleRun.names());
            Allowed.require(load > 0 && load <= 10, "--load", load, "more than 0, 10 at most");
            return new LifecycleSettings(
                    server.launch(), trials.repeat(), trials.duration(), trials.settle(), trials.warmUp(), load);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
