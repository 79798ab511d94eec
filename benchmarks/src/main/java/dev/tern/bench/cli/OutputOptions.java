package dev.tern.bench.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is checked and what is written. */
final class OutputOptions {
    @Option(
            names = "--verify",
            description =
                    "Check every answer: each distinct request is first sent alone, and answers under load must be"
                            + " the same. Costs the generator some CPU time.")
    boolean verify;

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
            Path folder = Path.of(json).toAbsolutePath().getParent();
            boolean writable = folder != null && Files.isWritable(folder) && !Files.isDirectory(Path.of(json));
            Allowed.require(writable, "--json", json, "a file in a folder that exists and can be written");
        }
    }

    OptionalDouble tolerance() {
        return verify ? OptionalDouble.of(tolerance) : OptionalDouble.empty();
    }
}
