package dev.tern.bench.cli;

import dev.tern.bench.measure.Objective;
import dev.tern.bench.run.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is checked. */
final class OutputOptions {
    private static final String RECOMPUTED = "";

    @Option(
            names = "--verify",
            arity = "0..1",
            paramLabel = "FILE",
            fallbackValue = RECOMPUTED,
            description =
                    "Check every answer: each distinct request is first sent alone, and answers under load must be"
                            + " the same; with --verify=FILE they must be those that --record-answers wrote, of this"
                            + " server or another. Costs the generator some CPU time.")
    @Nullable
    String verify;

    @Option(
            names = "--record-answers",
            paramLabel = "FILE",
            description = "Send each distinct request alone before the load and write its answer to a file, for"
                    + " --verify=FILE of another run.")
    @Nullable
    Path recordTo;

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            description = "With --verify: the error allowed in floats, absolute or relative; for FP16 and BF16 at least"
                    + " their own precision. Default: ${DEFAULT-VALUE}.")
    double tolerance = 1e-5;

    @Option(
            names = "--assert",
            paramLabel = "CONDITIONS",
            converter = Parsed.Objectives.class,
            description = "Exit with 1 unless all of these hold, such as 'p99<20ms,errors<0.1%%,rate>500': p50 to"
                    + " p99.999, mean and max (us, ms, s), errors (%%, or a share such as 0.001), rate and goodput (a"
                    + " second), with <, <=, > or >=. May be repeated. With a condition on errors, failed requests"
                    + " count by it alone.")
    List<Objective> asserted = new ArrayList<>();

    @Option(names = "--allow-errors", description = "Exit with 0 although requests failed. Wrong answers still count.")
    boolean allowErrors;

    void check() {
        Allowed.require(tolerance >= 0 && Double.isFinite(tolerance), "--tolerance", tolerance, "0 or more");
        if (recordTo != null) {
            requireWritable("--record-answers", recordTo);
        }
    }

    Verification verification() {
        return new Verification(
                verify == null ? OptionalDouble.empty() : OptionalDouble.of(tolerance),
                Optional.ofNullable(verify)
                        .filter(each -> !each.equals(RECOMPUTED))
                        .map(Path::of),
                Optional.ofNullable(recordTo));
    }

    private static void requireWritable(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        boolean writable = folder != null && Files.isWritable(folder) && !Files.isDirectory(file);
        Allowed.require(writable, option, file, "a file in a folder that exists and can be written");
    }

    /** Everything asserted, together. */
    Objective objective() {
        return Objective.all(asserted);
    }
}
