package dev.tern.bench.cli;

import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.measure.Units;
import dev.tern.bench.run.RunSequence;
import dev.tern.bench.search.Point;
import dev.tern.bench.search.RateVerdict;
import dev.tern.bench.search.Rule;
import dev.tern.bench.search.ServedLab;
import dev.tern.bench.search.Sweep;
import dev.tern.bench.search.SweepJson;
import dev.tern.bench.search.SweepPage;
import dev.tern.bench.search.SweepTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench curve}: latency against throughput. */
@Command(
        name = "curve",
        description = {
            "Measures latency at each of a list of rates.",
            "",
            "Each rate is sent at Poisson times for one window. Rates beyond what the server can do belong in the list:"
                    + " they show what it does then.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench curve --target HOST:PORT --model NAME --rates R,R,... [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  every rate was measured and, up to --assert-up-to, meets what is asserted",
            "  1  a rate does not meet it, or the measurement was interrupted",
            "  2  the command line asks for something that cannot be",
            "  3  the server cannot be reached, or the model is unknown or not ready",
            "",
            "Examples:",
            "  tern-bench curve --target localhost:8001 --model ranker \\",
            "      --rates 100,200,400,800,1600",
            "  tern-bench curve --target localhost:8001 --model ranker \\",
            "      --rates 100,200,400,800 --assert 'p99<20ms' --assert-up-to 400",
            "  tern-bench curve --target localhost:8001 --model ranker \\",
            "      --rates 1000,5000,10000 --window 30s --html curve.html \\",
            "      --metrics-url http://localhost:8002/metrics"
        })
final class CurveCommand implements Callable<Integer> {
    @ArgGroup(validate = false, heading = "%nTarget:%n", order = 1)
    private TargetOptions target = new TargetOptions();

    @ArgGroup(validate = false, heading = "%nRequests:%n", order = 2)
    private InputOptions input = new InputOptions();

    @ArgGroup(validate = false, heading = "%nCurve:%n", order = 3)
    private Rates rates = new Rates();

    @ArgGroup(validate = false, heading = "%nEach window:%n", order = 4)
    private ProbeOptions probe = new ProbeOptions();

    @ArgGroup(validate = false, heading = "%nOutput:%n", order = 5)
    private ReportOptions report = new ReportOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private CurveCommand() {}

    /** Which rates. */
    static final class Rates {
        @Option(
                names = "--rates",
                paramLabel = "R",
                split = ",",
                description = "Requests per second, separated by commas, measured in this order. Required.")
        List<Double> all = new ArrayList<>();

        @Option(
                names = "--assert",
                paramLabel = "CONDITIONS",
                converter = Parsed.Objectives.class,
                description = "Exit with 1 unless each rate meets these, such as 'p99<20ms,errors<0.1%%', as search"
                        + " judges a window: each condition holds, no request failed unless a condition says how many"
                        + " may, and at least 95%% of what was sent was answered within it. May be repeated.")
        List<Objective> asserted = new ArrayList<>();

        @Option(
                names = "--assert-up-to",
                paramLabel = "R",
                description = "The highest rate that is to meet what is asserted. Default: the highest of --rates.")
        double upTo = Double.POSITIVE_INFINITY;

        Objective objective() {
            return Objective.all(asserted);
        }

        List<RateVerdict> verdicts(List<Point> points) {
            return asserted.isEmpty() ? List.of() : RateVerdict.of(points, new Rule(objective()), upTo);
        }

        void check() {
            Allowed.require(
                    Double.isInfinite(upTo) || all.stream().anyMatch(each -> each <= upTo),
                    "--assert-up-to",
                    upTo,
                    "at least the lowest of --rates");
            Allowed.require(!all.isEmpty(), "--rates", "an empty list", "such as --rates 100,200,400");
            all.forEach(each -> Allowed.require(each > 0 && Double.isFinite(each), "--rates", each, "more than 0"));
        }
    }

    @Override
    public Integer call() throws IOException {
        Live live = report.live(spec);
        ProbeSettings settings = new ProbeSettings(target, input, probe.settle, probe.window, probe.timeout);
        check(settings);
        RunSequence runs = new RunSequence(live);
        ServedLab lab = new ServedLab(settings::with, runs, input.seed);
        return new Guard(spec)
                .run(runs::stop, () -> settings.warmUp(runs, probe.warmUp) ? reported(lab, live) : ExitCode.FAILED);
    }

    private void check(ProbeSettings settings) {
        try {
            rates.check();
            probe.check();
            report.check();
            Object unused = settings.with(new PoissonLoad(1, input.seed));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int reported(ServedLab lab, Live live) throws IOException {
        List<Point> points = measured(lab, live);
        PrintWriter text = report.text(spec);
        List<RateVerdict> verdicts = rates.verdicts(points);
        String objective = rates.objective().toString();
        text.print(SweepTable.of(points));
        text.print(RateVerdict.text(objective, verdicts));
        text.flush();
        if (lab.last().isPresent()) {
            Sweep sweep = new Sweep("curve", lab.last().get(), points, Optional.empty(), objective, verdicts);
            String version = VersionText.version();
            report.write(spec, () -> SweepJson.of(sweep, version), () -> SweepPage.of(sweep, version));
        }
        boolean whole = points.size() == rates.all.size();
        return whole && verdicts.stream().allMatch(RateVerdict::met) ? ExitCode.OK : ExitCode.FAILED;
    }

    private List<Point> measured(ServedLab lab, Live live) {
        List<Point> points = new ArrayList<>();
        for (double rate : rates.all) {
            String label = "rate " + (points.size() + 1) + "/" + rates.all.size() + ", " + Units.rate(rate);
            live.say(label);
            Optional<Point> point = lab.measure(rate, points.size(), label);
            if (point.isEmpty()) {
                break;
            }
            points.add(point.get());
        }
        return points;
    }
}
