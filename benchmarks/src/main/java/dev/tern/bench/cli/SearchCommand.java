package dev.tern.bench.cli;

import dev.tern.bench.load.PoissonLoad;
import dev.tern.bench.measure.Measurement;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.measure.Quantity;
import dev.tern.bench.measure.Units;
import dev.tern.bench.run.RunSequence;
import dev.tern.bench.search.CapacitySearch;
import dev.tern.bench.search.Outcome;
import dev.tern.bench.search.Point;
import dev.tern.bench.search.Probe;
import dev.tern.bench.search.RateSearch;
import dev.tern.bench.search.Rule;
import dev.tern.bench.search.ServedLab;
import dev.tern.bench.search.Sweep;
import dev.tern.bench.search.SweepJson;
import dev.tern.bench.search.SweepPage;
import dev.tern.bench.search.SweepTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tern-bench search}: how much a server can do and keep its word. */
@Command(
        name = "search",
        description = {
            "Finds the highest rate at which a server meets an objective.",
            "",
            "Requests leave at Poisson times, as in MLPerf's Server scenario. The rate is doubled from --from until one"
                    + " is too high, bisected until the highest good and the lowest bad one are within --precision, and"
                    + " the good one is then confirmed: tried once more and, where it is too high this time, lowered by"
                    + " the precision until one is good.",
            "",
            "Each rate is measured in windows, each with arrivals of its own. A window meets the objective when each"
                    + " condition holds, no request failed (unless the objective says how many may), and at least 95%% of what"
                    + " was sent was answered within it. A rate meets it as soon as --windows windows say so, and misses"
                    + " it as soon as that many say no: for 3, at most 5 are measured. Where the generator was"
                    + " late in a window that is too slow, the generator is named as the limit, not the server.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        customSynopsis = "tern-bench search --target HOST:PORT --model NAME --objective CONDITIONS [OPTIONS]",
        footer = {
            "",
            "Exit codes:",
            "  0  a rate was found",
            "  1  no rate meets the objective, or the search was interrupted",
            "  2  the command line asks for something that cannot be",
            "  3  the server cannot be reached, or the model is unknown or not ready",
            "",
            "Examples:",
            "  tern-bench search --target localhost:8001 --model ranker \\",
            "      --objective 'p99<20ms,errors<0.1%%'",
            "  tern-bench search --target localhost:8001 --model ranker --rows 200 \\",
            "      --objective 'p99.9<50ms' --from 500 --to 20000 --precision 2%% \\",
            "      --window 30s --html search.html --json search.json"
        })
final class SearchCommand implements Callable<Integer> {
    @ArgGroup(validate = false, heading = "%nTarget:%n", order = 1)
    private TargetOptions target = new TargetOptions();

    @ArgGroup(validate = false, heading = "%nRequests:%n", order = 2)
    private InputOptions input = new InputOptions();

    @ArgGroup(validate = false, heading = "%nSearch:%n", order = 3)
    private SearchOptions search = new SearchOptions();

    @ArgGroup(validate = false, heading = "%nEach window:%n", order = 4)
    private ProbeOptions probe = new ProbeOptions();

    @ArgGroup(validate = false, heading = "%nOutput:%n", order = 5)
    private ReportOptions report = new ReportOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private SearchCommand() {}

    @Override
    public Integer call() throws IOException {
        ProbeSettings settings = new ProbeSettings(target, input, probe.settle, probe.window, probe.timeout);
        check(settings);
        RunSequence runs = new RunSequence(report.live(spec));
        ServedLab lab = new ServedLab(settings::with, runs, input.seed);
        return new Guard(spec)
                .run(runs::stop, () -> settings.warmUp(runs, probe.warmUp) ? reported(lab) : ExitCode.FAILED);
    }

    private void check(ProbeSettings settings) {
        try {
            search.check();
            probe.check();
            report.check();
            Object unused = settings.with(new PoissonLoad(search.from, input.seed));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int reported(ServedLab lab) throws IOException {
        PrintWriter text = report.text(spec);
        Objective objective = search.objective();
        CapacitySearch rates = new CapacitySearch(
                new RateSearch(search.from, search.to(), search.precision),
                new Rule(objective),
                search.windows,
                lab,
                each -> line(text, each));
        Outcome outcome = rates.run();
        text.print(summary(outcome, objective));
        text.flush();
        if (lab.last().isPresent()) {
            List<Point> points = points(outcome);
            Sweep sweep = new Sweep(
                    "search", lab.last().get(), points, Optional.of(outcome), objective.toString(), List.of());
            String version = VersionText.version();
            report.write(spec, () -> SweepJson.of(sweep, version), () -> SweepPage.of(sweep, version));
        }
        return outcome.best().isPresent() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Of a rate that was tried twice, the later one. */
    private static List<Point> points(Outcome outcome) {
        Map<Double, Point> points = new LinkedHashMap<>();
        outcome.probes().forEach(each -> points.put(each.point().rate(), each.point()));
        return List.copyOf(points.values());
    }

    private static void line(PrintWriter text, Probe probe) {
        Measurement measured = probe.point().measurement();
        text.print(Units.format(
                "%10s  p50 %8s  p99 %8s  errors %7s  %d of %d windows  %s%s\n",
                Units.rate(probe.point().rate()),
                value("p50", measured),
                value("p99", measured),
                value("errors", measured),
                probe.windowsMet(),
                probe.objections().size(),
                probe.met() ? "met" : "not met: " + probe.objection(),
                probe.confirming() ? " (confirming)" : ""));
        text.flush();
    }

    private static String value(String quantity, Measurement measured) {
        return Quantity.named(quantity)
                .map(each -> each.text(each.of(measured)))
                .orElse("-");
    }

    private String summary(Outcome outcome, Objective objective) {
        String found = outcome.best().isPresent()
                ? "highest rate that meets " + objective + ": "
                        + Units.rate(outcome.best().getAsDouble()) + ", to within "
                        + Units.number(100 * search.precision) + "%"
                : outcome.interrupted() ? "INTERRUPTED" : "no rate meets " + objective;
        String limit = outcome.isGeneratorLimited()
                ? "note: the generator, not the server, was the bottleneck above this rate\n"
                : "";
        return "\n" + SweepTable.of(points(outcome)) + "\n" + found + "\n" + limit;
    }
}
