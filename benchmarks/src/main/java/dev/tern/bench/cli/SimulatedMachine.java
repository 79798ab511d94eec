package dev.tern.bench.cli;

import dev.tern.bench.simulator.ExecutionCurve;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is simulated: how long runs take, and how many at once. */
final class SimulatedMachine {
    @Option(
            names = "--curve",
            paramLabel = "CURVE",
            converter = Parsed.Curves.class,
            description = "What a run takes, by its rows (by rows times padded length with --lengths): points such as"
                    + " 1:1ms,8:1.4ms,64:5ms with straight lines between, or a file with one point a line. Required.")
    @Nullable
    ExecutionCurve curve;

    @Option(
            names = "--noise",
            paramLabel = "SIGMA",
            description =
                    "Each run takes the curve's time and a random factor of mean 1: sigma of its logarithm, 0.1 for"
                            + " about 10%%. Default: ${DEFAULT-VALUE}.")
    double noise;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description = "Runs that may go on at once. Default: ${DEFAULT-VALUE}.")
    int instances = 1;

    @Option(
            names = "--max-batch-size",
            paramLabel = "N",
            description = "Rows in one run at the most. Default: ${DEFAULT-VALUE}.")
    int maxBatchSize = 64;

    @Option(
            names = "--max-padded-elements",
            paramLabel = "N",
            description = "Rows times padded length in one run at the most; 0 for any. Default: ${DEFAULT-VALUE}.")
    long maxPaddedElements;

    ExecutionCurve curve() {
        if (curve == null) {
            throw new IllegalArgumentException("--curve is missing (expected: such as --curve 1:1ms,8:1.4ms,64:5ms)");
        }
        return curve;
    }

    void check() {
        Allowed.require(noise >= 0 && noise <= 2, "--noise", noise, "0 to 2");
        Allowed.require(maxPaddedElements >= 0, "--max-padded-elements", maxPaddedElements, "0 or more");
    }
}
