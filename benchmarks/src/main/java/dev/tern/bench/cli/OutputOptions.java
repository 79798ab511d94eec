package dev.tern.bench.cli;

import dev.tern.bench.measure.Condition;
import dev.tern.bench.measure.Objective;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** What is checked. */
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
    }

    OptionalDouble tolerance() {
        return verify ? OptionalDouble.of(tolerance) : OptionalDouble.empty();
    }

    /** Everything asserted, together. */
    Objective objective() {
        List<Condition> all = new ArrayList<>();
        asserted.forEach(each -> all.addAll(each.conditions()));
        return new Objective(all);
    }
}
