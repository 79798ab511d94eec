package dev.tern.bench.cli;

import dev.tern.bench.simulator.ArrivalProcess;
import dev.tern.bench.simulator.Padding;
import dev.tern.bench.simulator.Patience;
import dev.tern.bench.simulator.Spread;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** What comes to the simulated machine. */
final class SimulatedTraffic {
    @Option(
            names = "--rates",
            paramLabel = "R",
            split = ",",
            description = "Offered loads: requests per second, or parts of the capacity as 30%%. The capacity is what"
                    + " all instances can do in the batches that suit them best, with --lengths those of the mean length"
                    + " and nothing filled up. Default: 30%%,60%%,90%%,150%%,300%%.")
    List<String> rates = List.of("30%", "60%", "90%", "150%", "300%");

    @Option(
            names = "--arrivals",
            paramLabel = "KIND",
            converter = Parsed.Processes.class,
            description = "poisson, constant, or onoff: Poisson bursts with silence between, both of random length,"
                    + " 100ms on average or as in onoff:20ms/80ms. Default: poisson.")
    ArrivalProcess arrivals = ArrivalProcess.parse("poisson");

    @Option(
            names = "--rows",
            paramLabel = "N",
            converter = Parsed.Spreads.class,
            description = "Rows of a request: 1, 1-4 (alike), zipf:1-64 (small ones more often). Default: 1.")
    Spread rows = Spread.parse("1");

    @Option(
            names = "--lengths",
            paramLabel = "N",
            converter = Parsed.Spreads.class,
            description = "Length of a request's rows, such as zipf:8-512. Default: 1.")
    Spread lengths = Spread.parse("1");

    @Option(
            names = "--padding",
            paramLabel = "WHICH",
            description = "Lengths that may share a run, which then takes as long as if all had the longest: none but"
                    + " equal ones, buckets of a factor of two, any; simpler than the server's own buckets. Default:"
                    + " ${DEFAULT-VALUE}.")
    Padding padding = Padding.ANY;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            converter = Parsed.Patiences.class,
            description =
                    "How long callers wait: 20ms, exp:20ms for exponential times of that mean, none. Default: none.")
    Patience deadline = Patience.parse("none");

    @Option(
            names = "--objective",
            paramLabel = "TIME",
            converter = Durations.class,
            description =
                    "Answers within this time (and the deadline) count as good; 0s for none. What a policy aims at"
                            + " is its own objective=TIME. Default: none.")
    Duration objective = Duration.ZERO;

    @Option(
            names = "--mix",
            paramLabel = "level2=PART",
            description = "The part of the requests that has priority level 2, 0 to 1. Default: level2=0.")
    String mix = "level2=0";

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "Requests of each simulation. Default: ${DEFAULT-VALUE}.")
    int requests = 200_000;

    @Option(
            names = "--warmup-requests",
            paramLabel = "N",
            description = "So many more before them, which do not count. Default: a tenth of --requests.")
    int warmUp = -1;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same results. Default: ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "With so many seeds, one after the other; shown are the medians. Default: ${DEFAULT-VALUE}.")
    int repeat = 1;

    int warmUp() {
        return warmUp < 0 ? requests / 10 : warmUp;
    }

    double lowerShare() {
        Allowed.require(mix.matches("level2=(0(\\.\\d{1,6})?|1(\\.0)?)"), "--mix", mix, "level2=0 to level2=1");
        return Double.parseDouble(mix.substring("level2=".length()));
    }

    /** The loads as parts of the capacity. */
    List<Double> loads(double capacity) {
        return rates.stream().map(rate -> load(rate, capacity)).toList();
    }

    private static double load(String rate, double capacity) {
        Allowed.require(
                rate.matches("\\d{1,9}(\\.\\d{1,6})?%?") && !rate.matches("[0.]+%?"),
                "--rates",
                rate,
                "requests per second, or a part of the capacity such as 30%");
        return rate.endsWith("%")
                ? Double.parseDouble(rate.substring(0, rate.length() - 1)) / 100
                : Double.parseDouble(rate) / capacity;
    }
}
