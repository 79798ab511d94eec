package dev.tern.server.boot.commands;

import dev.tern.proto.admin.v1.StartRolloutRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a rollout is to go: null where that is left to the server. */
final class RolloutOptions {
    @Option(
            names = "--steps",
            split = ",",
            paramLabel = "PERCENT",
            description = "The candidate's shares, ascending, the last 100. [1,5,25,50,100]")
    private @Nullable List<Double> steps;

    @Option(
            names = "--min-step",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "How long each step takes at least. [30s]")
    private @Nullable Duration minStep;

    @Option(
            names = "--max-step",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "How long a step may take to be decided. [10m]")
    private @Nullable Duration maxStep;

    @Option(
            names = "--false-alarm-rate",
            paramLabel = "SHARE",
            description = "The chance that a candidate that is not worse is stopped. [0.05]")
    private @Nullable Double falseAlarmRate;

    @Option(
            names = "--miss-rate",
            paramLabel = "SHARE",
            description = "The chance that a worse one passes a step. [0.05]")
    private @Nullable Double missRate;

    @Option(
            names = "--error-margin",
            paramLabel = "SHARE",
            description = "A worse candidate fails more often by that share of the requests. [0.01]")
    private @Nullable Double errorMargin;

    @Option(
            names = "--slower-margin",
            paramLabel = "SHARE",
            description = "In pairs of requests, a worse candidate is the slower one by that share more. [0.2]")
    private @Nullable Double slowerMargin;

    @Option(
            names = "--latency-tolerance",
            paramLabel = "SHARE",
            description = "A request is slower than another if it takes longer by that share of it [0.1]")
    private @Nullable Double latencyTolerance;

    @Option(names = "--latency-floor-us", paramLabel = "MICROSECONDS", description = "and by that time. [200]")
    private @Nullable Long latencyFloorMicros;

    @Option(
            names = "--max-mean-difference",
            paramLabel = "NUMBER",
            description = "An answer is too far from the baseline's with a higher mean absolute difference.")
    private @Nullable Double maxMeanDifference;

    @Option(
            names = "--min-rank-correlation",
            paramLabel = "NUMBER",
            description = "An answer is too far from the baseline's with a lower rank correlation.")
    private @Nullable Double minRankCorrelation;

    @Option(names = "--allowed-share", paramLabel = "SHARE", description = "Of answers that may be too far. [0.01]")
    private @Nullable Double allowedShare;

    @Option(
            names = "--found-share",
            paramLabel = "SHARE",
            description = "Of answers too far from which on the candidate is worse. [0.05]")
    private @Nullable Double foundShare;

    @Option(
            names = "--shadow",
            paramLabel = "PERCENT",
            description =
                    "Of requests copied to the candidate before it answers any, and while answers are judged. [10]")
    private @Nullable Double shadow;

    void addTo(StartRolloutRequest.Builder request) {
        set(steps, request::addAllSteps);
        set(minStep, time -> request.setMinStepMs(time.toMillis()));
        set(maxStep, time -> request.setMaxStepMs(time.toMillis()));
        set(falseAlarmRate, request::setFalseAlarmRate);
        set(missRate, request::setMissRate);
        set(errorMargin, request::setErrorMargin);
        set(slowerMargin, request::setSlowerMargin);
        set(latencyTolerance, request::setLatencyTolerance);
        set(latencyFloorMicros, request::setLatencyFloorUs);
        set(maxMeanDifference, request::setMaxMeanAbsoluteDifference);
        set(minRankCorrelation, request::setMinRankCorrelation);
        set(allowedShare, request::setAllowedShare);
        set(foundShare, request::setFoundShare);
        set(shadow, request::setShadowPercent);
    }

    private static <T> void set(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
