package dev.tern.bench.cli;

import dev.tern.bench.figures.FiguresJson;
import dev.tern.bench.figures.FiguresRun;
import dev.tern.bench.figures.FiguresSettings;
import dev.tern.bench.figures.Scenario;
import dev.tern.bench.figures.ScenarioResult;
import dev.tern.bench.figures.Scenarios;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
                    + " Every model is warmed up before anything is measured. Variants are measured one after the"
                    + " other, over and over (A B A B ...); ratios are taken within a repetition, and the figure is"
                    + " their median. Pin this tool to another core with taskset.",
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

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure these scenarios only, separated by commas. Default: all.")
    List<String> only = names();

    @Option(
            names = "--quick",
            description = "For a try: --repeat 1 --duration 1s --settle 300ms --model-warmup 500ms, where not given.")
    boolean quick;

    @Option(names = "--repeat", paramLabel = "N", description = "Repetitions. Default: 7.")
    @Nullable
    Integer repeat;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long each trial is measured. Default: 3s.")
    @Nullable
    Duration duration;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long its load runs before that. Default: 1s.")
    @Nullable
    Duration settle;

    @Option(
            names = "--model-warmup",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long each model is loaded before anything is measured; the first of a server three"
                    + " times as long. Default: 5s.")
    @Nullable
    Duration warmUp;

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
            int repetitions = repeat == null ? quick ? 1 : 7 : Allowed.atLeastOne("--repeat", repeat);
            Duration measured = given(duration, Duration.ofSeconds(3), Duration.ofSeconds(1));
            Allowed.positive("--duration", measured);
            Allowed.among("--only", only, names());
            return new FiguresSettings(
                    server.launch(),
                    repetitions,
                    measured,
                    given(settle, Duration.ofSeconds(1), Duration.ofMillis(300)),
                    given(warmUp, Duration.ofSeconds(5), Duration.ofMillis(500)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Duration given(@Nullable Duration option, Duration usual, Duration quickly) {
        return option != null ? option : quick ? quickly : usual;
    }

    private List<Scenario> chosen() {
        return Scenarios.ALL.stream().filter(each -> only.contains(each.name())).toList();
    }

    private static List<String> names() {
        return Scenarios.ALL.stream().map(Scenario::name).toList();
    }
}
