package dev.tern.bench.cli;

import dev.tern.bench.measure.Objective;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is searched for. */
final class SearchOptions {
    @Option(
            names = "--objective",
            paramLabel = "CONDITIONS",
            converter = Parsed.Objectives.class,
            description = "What the server is to keep to, such as 'p99<20ms,errors<0.1%%': p50 to p99.999, mean and max"
                    + " (us, ms, s), errors (%%, or a share such as 0.001), goodput (a second). Required.")
    @Nullable
    Objective objective;

    @Option(
            names = "--from",
            paramLabel = "R",
            description = "The rate to begin with, a second. Where it is too high, it is halved, down to a 128th."
                    + " Default: ${DEFAULT-VALUE}.")
    double from = 100;

    @Option(names = "--to", paramLabel = "R", description = "The highest rate to try. Default: any.")
    @Nullable
    Double to;

    @Option(
            names = "--precision",
            paramLabel = "SHARE",
            converter = Parsed.Shares.class,
            description = "How close to the true rate the result is to be. Default: 5%%.")
    double precision = 0.05;

    @Option(
            names = "--windows",
            paramLabel = "N",
            description = "How many windows must agree on a rate. Default: ${DEFAULT-VALUE}.")
    int windows = 3;

    Objective objective() {
        if (objective == null) {
            throw new IllegalArgumentException("--objective is missing (expected: such as --objective 'p99<20ms')");
        }
        return objective;
    }

    double to() {
        return to == null ? Double.POSITIVE_INFINITY : to;
    }

    void check() {
        Object unused = objective();
        Allowed.require(from > 0 && Double.isFinite(from), "--from", from, "more than 0");
        Allowed.require(to() >= from, "--to", to(), "at least --from, which is " + from);
        Allowed.require(precision >= 0.001 && precision <= 1, "--precision", precision, "0.1% to 100%");
        Allowed.atLeastOne("--windows", windows);
    }
}
