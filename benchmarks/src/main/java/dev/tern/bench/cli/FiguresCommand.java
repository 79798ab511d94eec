package dev.tern.bench.cli;

import dev.tern.bench.figures.FiguresJson;
import dev.tern.bench.figures.FiguresRun;
import dev.tern.bench.figures.FiguresSettings;
import dev.tern.bench.figures.Scenario;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.figures.Scenarios;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench figures}: the table of what the scheduler is to reach, measured. */
@Command(
        name = "figures",
        description = {
            "Starts a Tern server, measures what its scheduler is to reach and prints a Markdown table.",
            "",
            "Each scenario gets a server of its own, pinned to --server-cores, with the models of 'tern-bench models'."
                    + " Every model is warmed up before anything is measured, the first of a server three times as long."
                    + " Variants are measured one after the other, over and over (A B B A ...); ratios are taken within a"
                    + " repetition, and the figure is their median. Pin this tool to another core with taskset.",
            "",
            "  throughput  64 callers, batched over unbatched, by server CPU time and by rate",
            "  latency     mean at 70%% of the unbatched capacity, batched over unbatched",
            "  adaptive    p99 at 30, 60, 90%% of capacity, adaptive over the best window",
            "  priority    p99 of level 1 with a flood of level 2 over without",
            "  overload    answers in time at three times the capacity over the most in time",
            "  lengths     rate at lengths 8 to 512, padding over batching equal lengths only",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        customSynopsis = "tern-bench figures --server FILE [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  everything was measured, whether or not it was reached",
            "  1  the server or the models failed",
            "  2  the command line asks for something that cannot be",
            "",
            "Examples:",
            "  taskset -c 1 tern-bench figures --server server/target/tern/bin/tern --json figures.json",
            "  taskset -c 1 tern-bench figures --server server/target/tern/bin/tern --only overload --quick"
        })
final class FiguresCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions("0");

    @Mixin
    private TrialOptions trials = new TrialOptions(7, 5);

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure these scenarios only, separated by commas. Default: all.")
    List<String> only = names();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private FiguresCommand() {}

    @Override
    public Integer call() throws IOException {
        FiguresSettings settings = settings();
        Measuring<ScenarioResult> measuring = new Measuring<>(
                spec, server, new FiguresReport(results -> FiguresJson.of(settings, results, VersionText.version())));
        FiguresRun run = new FiguresRun(settings, measuring.stop(), measuring::progress);
        List<Measuring.Part<ScenarioResult>> parts = chosen().stream()
                .<Measuring.Part<ScenarioResult>>map(each -> () -> List.of(run.measure(each)))
                .toList();
        return measuring.all(parts);
    }

    private FiguresSettings settings() {
        try {
            Allowed.among("--only", only, names());
            return new FiguresSettings(
                    server.launch(), trials.repeat(), trials.duration(), trials.settle(), trials.warmUp());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<Scenario> chosen() {
        return Scenarios.ALL.stream().filter(each -> only.contains(each.name())).toList();
    }

    private static List<String> names() {
        return Scenarios.ALL.stream().map(Scenario::name).toList();
    }
}
