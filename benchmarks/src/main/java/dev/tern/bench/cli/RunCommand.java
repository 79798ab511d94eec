package dev.tern.bench.cli;

import dev.tern.bench.measure.Judgement;
import dev.tern.bench.report.HistogramLog;
import dev.tern.bench.report.JsonReport;
import dev.tern.bench.report.Judgements;
import dev.tern.bench.report.RunFile;
import dev.tern.bench.report.RunPage;
import dev.tern.bench.report.TextReport;
import dev.tern.bench.run.BenchRun;
import dev.tern.bench.run.RunResult;
import dev.tern.bench.run.RunSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
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
            "Sends a load to one model, or a mix of them, and reports rate and latencies.",
            "",
            "The model's inputs are read from the server, any that speaks the Open Inference Protocol over gRPC;"
                    + " fitting requests are made at random, or read from --data, encoded once and sent in turn. Without"
                    + " --rate the load is a closed loop: each of --concurrency callers sends its next request when the"
                    + " last has been answered. With --rate it is an open loop: requests leave at the times of --arrivals"
                    + " whether or not earlier ones were answered, and latency counts from the time a request was to be"
                    + " sent, so a server that stalls cannot hide it.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench run --target HOST:PORT (--model NAME | --mix FILE) [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  all requests were answered, rightly where --verify was given, and what was asserted holds",
            "  1  requests failed, answers differed, an assertion does not hold, or nothing was measured",
            "  2  the command line asks for something that cannot be",
            "  3  the server cannot be reached, or the model is unknown or not ready",
            "",
            "Examples:",
            "  A closed loop of 64 callers:",
            "    tern-bench run --target localhost:8001 --model ranker",
            "  200 rows a request, 500 requests/s for a minute, at Poisson times:",
            "    tern-bench run --target localhost:8001 --model ranker --rows 200 \\",
            "        --rate 500 --duration 1m",
            "  Lengths and values given, every answer checked, the report as JSON:",
            "    tern-bench run --target localhost:8001 --model encoder --verify --json - \\",
            "        --shape token_ids:128 --shape mask:128 --range token_ids:0,999",
            "  Lengths drawn from a distribution, as text has them:",
            "    tern-bench run --target localhost:8001 --model encoder --rate 500 \\",
            "        --shape 'token_ids:zipf(8,512)' --shape 'mask:zipf(8,512)' \\",
            "        --distinct 1000 --timeout 50ms",
            "  A ramp and a hold; three steps; bursts; a recorded trace at twice its speed:",
            "    tern-bench run --target localhost:8001 --model ranker \\",
            "        --rate 100..2000:1m,2000:30s",
            "    tern-bench run --target localhost:8001 --model ranker \\",
            "        --rate 500,1000,2000:20s --arrivals constant",
            "    tern-bench run --target localhost:8001 --model ranker --rate 400 \\",
            "        --arrivals bursty:on=100ms,off=400ms",
            "    tern-bench run --target localhost:8001 --model ranker \\",
            "        --arrivals trace:arrivals.txt,speed=2",
            "  Your own requests; many requests of which few are frequent; several models:",
            "    tern-bench run --target localhost:8001 --model ranker --data requests.json",
            "    tern-bench run --target localhost:8001 --model ranker \\",
            "        --distinct 100000 --keys 'zipf(0.99)'",
            "    tern-bench run --target localhost:8001 --mix models.json --rate 1000",
            "  Record the answers of one server and hold another against them:",
            "    tern-bench run --target localhost:8001 --model ranker \\",
            "        --record-answers right.jsonl",
            "    tern-bench run --target other:8001 --model ranker --verify=right.jsonl",
            "  Gate a build, and write a report to look at:",
            "    tern-bench run --target localhost:8001 --model ranker --rate 500 \\",
            "        --assert 'p99<20ms,errors<0.1%%' --html report.html --json report.json \\",
            "        --metrics-url http://localhost:8002/metrics",
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

    @ArgGroup(validate = false, heading = "%nChecking:%n", order = 4)
    private OutputOptions output = new OutputOptions();

    @ArgGroup(validate = false, heading = "%nOutput:%n", order = 5)
    private RunReportOptions report = new RunReportOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private RunCommand() {}

    @Override
    public Integer call() throws IOException {
        RunSettings settings = settings();
        Live live = report.live(spec);
        live.say(describe(settings));
        BenchRun run = new BenchRun(settings, live.onto(settings, ""));
        return new Guard(spec).run(run::stop, () -> reported(run, live));
    }

    private int reported(BenchRun run, Live live) throws IOException {
        RunResult result;
        try {
            result = run.run();
        } finally {
            live.ended();
        }
        List<Judgement> judgements = output.objective().judge(result.measurement());
        print(result, judgements);
        return exitCode(result, judgements);
    }

    private RunSettings settings() {
        try {
            load.check();
            output.check();
            report.check();
            return new RunSettings(
                    target.address(),
                    input.models(target, load.timeout),
                    input.seed,
                    load.plan(input.seed),
                    Allowed.atLeastOne("--connections", target.connections),
                    target.threads(),
                    load.warmUp,
                    load.duration(),
                    load.requests(),
                    output.verification(),
                    load.stream,
                    load.sharesMemory());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static String describe(RunSettings settings) {
        return settings.load().describe() + " against " + settings.target() + ", warm-up "
                + Durations.text(settings.warmUp()) + ", then "
                + settings.duration()
                        .map(Durations::text)
                        .orElse(settings.requests().orElse(0) + " requests");
    }

    private void print(RunResult result, List<Judgement> judgements) throws IOException {
        PrintWriter table = report.text(spec);
        table.print(TextReport.of(result));
        table.print(Judgements.text(judgements));
        table.flush();
        String version = VersionText.version();
        report.write(
                spec,
                () -> JsonReport.of(result, judgements, version),
                () -> RunPage.of(RunFile.parse(JsonReport.of(result, judgements, version))));
        if (report.histogramLog != null) {
            Files.writeString(report.histogramLog, HistogramLog.of(result, version));
        }
    }

    private int exitCode(RunResult result, List<Judgement> judgements) {
        boolean excused = output.allowErrors || output.objective().judgesErrors();
        boolean failed = result.measurement().hasErrors() && !excused;
        boolean nothing = result.measurement().sent() == 0;
        boolean missed = judgements.stream().anyMatch(each -> !each.met());
        return failed || nothing || missed || result.hasMismatches() ? ExitCode.FAILED : ExitCode.OK;
    }
}
