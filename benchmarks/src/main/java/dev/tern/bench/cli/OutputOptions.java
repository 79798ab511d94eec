package dev.tern.bench.cli;

import dev.tern.bench.run.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is checked and what is written. */
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

    @Option(names = "--allow-errors", description = "Exit with 0 although requests failed. Wrong answers still count.")
    boolean allowErrors;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write the report as JSON too; '-' for standard output, the table then goes to standard error.")
    @Nullable
    String json;

    void check() {
        Allowed.require(tolerance >= 0 && Double.isFinite(tolerance), "--tolerance", tolerance, "0 or more");
        if (json != null && !json.equals("-")) {
            requireWritable("--json", Path.of(json));
        }
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
}
