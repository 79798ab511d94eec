package dev.tern.bench.cli;

import dev.tern.bench.compare.Comparison;
import dev.tern.bench.compare.Contest;
import dev.tern.bench.measure.Judgement;
import dev.tern.bench.measure.Objective;
import dev.tern.bench.report.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tern-bench compare}: two runs side by side. */
@Command(
        name = "compare",
        description = {
            "Shows two reports of 'tern-bench run --json' side by side, with the ratios B/A.",
            "",
            "The two were measured at two times: on a machine whose speed drifts, 'tern-bench ab' compares better.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = VersionText.class,
        sortOptions = false,
        customSynopsis = "tern-bench compare A.json B.json [--assert CONDITIONS] [--html FILE]",
        footer = {
            "",
            "Exit codes:",
            "  0  the reports were compared, and what is asserted holds",
            "  1  an assertion does not hold",
            "  2  a file is not there or not a report",
            "",
            "Examples:",
            "  tern-bench compare before.json after.json",
            "  tern-bench compare before.json after.json --assert 'p99<=1.1x,rate>=0.95x'",
            "  tern-bench compare tern.json triton.json --html comparison.html"
        })
final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A.json", description = "The first report: what the other is compared with.")
    @Nullable
    Path a;

    @Parameters(index = "1", paramLabel = "B.json", description = "The second report.")
    @Nullable
    Path b;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the comparison as one HTML page, too, with the percentiles in one plot.")
    @Nullable
    Path html;

    @Option(
            names = "--assert",
            paramLabel = "CONDITIONS",
            converter = Parsed.Comparisons.class,
            description = "Exit with 1 unless all of these hold, such as 'p99<=1.1x,rate>=0.95x,errors<0.1%%': p50 to"
                    + " p99.999, mean, max, errors, rate and goodput, with <, <=, > or >=. A number with x is B's"
                    + " figure over A's; any other is held against B's figure, as in 'tern-bench run'. May be"
                    + " repeated.")
    List<Objective> asserted = new ArrayList<>();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private CompareCommand() {}

    @Override
    public Integer call() throws IOException {
        try {
            ReportOptions.writable("--html", html);
            List<RunFile> runs = List.of(read(a), read(b));
            List<Judgement> judgements = Contest.judge(
                    Objective.all(asserted),
                    runs.get(0).measurement(),
                    runs.get(1).measurement());
            Comparison comparison = new Comparison(List.of(name(a), name(b)), runs, judgements);
            spec.commandLine().getOut().print(comparison.text());
            spec.commandLine().getOut().flush();
            if (html != null) {
                Files.writeString(html, comparison.html());
            }
            return judgements.stream().allMatch(Judgement::met) ? ExitCode.OK : ExitCode.FAILED;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static String name(@Nullable Path file) {
        return file == null ? "" : String.valueOf(file.getFileName());
    }

    private static RunFile read(@Nullable Path file) throws IOException {
        if (file == null) {
            throw new IllegalArgumentException("a report is missing (expected: two files)");
        }
        try {
            return RunFile.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": there is no such file", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
