package dev.tern.bench.cli;

import dev.tern.bench.cached.CacheRun;
import dev.tern.bench.cached.CacheSettings;
import dev.tern.bench.cached.CacheSettings.Filling;
import dev.tern.bench.figures.FiguresJson;
import dev.tern.bench.figures.ScenarioResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench cache}: the table of what the response cache is to reach, measured. */
@Command(
        name = "cache",
        description = {
            "Starts Tern servers, measures what their response cache is to reach and prints a Markdown table.",
            "",
            "The model is the demo's ranker, with a cache and without. A request is 200 different rows of 100,000,"
                    + " drawn by its number (or the one row of its number), popular rows more often by Zipf's law; of"
                    + " 100,000 requests the popular ones are sent more often by the same law. The cache has memory for"
                    + " the answers of a tenth of them, by what the server counts for one, and is filled at full speed"
                    + " until it is full and its hit ratio steady. Variants are measured one after the other, over and"
                    + " over; ratios are taken within a repetition, and the figure is their median. Pin this tool to"
                    + " another core with taskset.",
            "",
            "  latency        mean at 60%% of the uncached capacity, cached over not",
            "  hit-ratio      over the best possible in that memory, by Belady's rule",
            "  capacity       64 callers, cached over not, over the bound 1/(1 - hit ratio)",
            "  rows           latency, and rows computed, where each row is kept by itself",
            "  one-row        latency of requests of 1 row, with what one caller's echo and run allow",
            "  hit-cost       server CPU a request of answers from memory, over an echo",
            "  l2-hit         one caller's p50 of answers from Redis over a bare GET, and what it",
            "                 is above that of answers from memory; needs --redis-server",
            "  l2-faults      p99 at half of the uncached capacity while Redis is at fault in ten ways,",
            "                 less the model's own; answers checked; needs --redis-server",
            "  never-repeats  64 callers whose requests never repeat, cached over not",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench cache --server FILE [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  everything was measured, whether or not it was reached",
            "  1  a server, the models or another program failed",
            "  2  the command line asks for something that cannot be",
            "",
            "Examples:",
            "  taskset -c 1 tern-bench cache --server server/target/tern/bin/tern \\",
            "      --redis-server /usr/bin/redis-server --json cache.json",
            "  taskset -c 1 tern-bench cache --server server/target/tern/bin/tern \\",
            "      --only latency --quick"
        })
final class CacheCommand implements Callable<Integer> {
    private static final Filling FILLING = new Filling(Duration.ofSeconds(5), Duration.ofSeconds(60));
    private static final Filling QUICK_FILLING = new Filling(Duration.ofSeconds(1), Duration.ofSeconds(6));

    @Mixin
    private ServerOptions server = new ServerOptions("0");

    @Mixin
    private TrialOptions trials = new TrialOptions(7, 5);

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Measure these scenarios only, separated by commas. Default: all.")
    List<String> only = CacheRun.names();

    @Option(
            names = "--redis-server",
            paramLabel = "FILE",
            description = "The program redis-server, to be started on a free port of the loopback interface, pinned to"
                    + " --server-cores; it writes no files. Default: none, which leaves out l2-hit and l2-faults.")
    @Nullable
    Path redis;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private CacheCommand() {}

    @Override
    public Integer call() throws IOException {
        Measuring<ScenarioResult> measuring = new Measuring<>(
                spec,
                server,
                new FiguresReport(results -> FiguresJson.of("tern-bench cache", results, VersionText.version())));
        CacheRun run = new CacheRun(settings(), measuring.stop(), measuring::progress);
        List<Measuring.Part<ScenarioResult>> parts = CacheRun.names().stream()
                .filter(only::contains)
                .<Measuring.Part<ScenarioResult>>map(each -> () -> run.measure(each))
                .toList();
        return measuring.all(parts);
    }

    private CacheSettings settings() {
        try {
            Allowed.among("--only", only, CacheRun.names());
            return new CacheSettings(
                    server.launch(),
                    redisServer(),
                    trials.repeat(),
                    trials.duration(),
                    trials.settle(),
                    trials.warmUp(),
                    trials.isQuick() ? QUICK_FILLING : FILLING);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Optional<Path> redisServer() {
        if (redis == null) {
            return Optional.empty();
        }
        Allowed.require(
                Files.isExecutable(redis) && Files.isRegularFile(redis), "--redis-server", redis, "an executable file");
        return Optional.of(redis.toAbsolutePath());
    }
}
