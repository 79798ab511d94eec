package dev.tern.server.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a rollout goes, and what it believes.
 *
 * @param steps the candidate's share, in percent, ascending; the last is 100, with which the rollout is over
 * @param minStep how long each step takes at least
 * @param maxStep how long a step may take to be decided
 * @param falseAlarmRate the chance that a candidate that is not worse is stopped, over all steps and signals, at most
 * @param missRate the chance that a step is passed by a candidate that is worse by a margin, at most
 * @param errorMargin by how much more often a worse candidate fails; of shadows, how often any may fail
 * @param slowerMargin in pairs of requests, by what share more a worse candidate is the slower one
 * @param latencyTolerance a request is slower than another only if it takes longer by more than this share of it,
 * @param latencyFloor and by more than that
 * @param answers how answers are judged; empty for not at all
 * @param shadowPercent of the baseline's requests that are copied to the candidate before it answers any, and as long as
 *     answers are judged; 0 to begin without
 */
public record RolloutSettings(
        List<Double> steps,
        Duration minStep,
        Duration maxStep,
        double falseAlarmRate,
        double missRate,
        double errorMargin,
        double slowerMargin,
        double latencyTolerance,
        Duration latencyFloor,
        Optional<AnswerRule> answers,
        double shadowPercent) {
    /** What is not asked for otherwise. */
    public static final RolloutSettings DEFAULTS = new RolloutSettings(
            List.of(1.0, 5.0, 25.0, 50.0, 100.0),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            0.05,
            0.05,
            0.01,
            0.2,
            0.1,
            Duration.ofNanos(200_000),
            Optional.empty(),
            10);

    private static final double ALL = 100;
    private static final String SHARE = "above 0, below 1";

    /** Half of the pairs' range and more could never be told from the highest score. */
    private static final double HIGHEST_MARGIN = 0.5;

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException if a value is not allowed; the message says which and what is
     */
    public RolloutSettings {
        steps = List.copyOf(steps);
        Expected.that("steps", steps, isAscendingToAll(steps), "percentages above 0, ascending, the last one 100");
        Expected.that("min step", minStep, !minStep.isNegative(), "0s or more");
        Expected.that(
                "max step",
                maxStep,
                maxStep.compareTo(minStep) > 0 && maxStep.compareTo(Duration.ofDays(1)) <= 0,
                "more than min step, which is " + minStep + ", a day at most");
        Expected.that("false alarm rate", falseAlarmRate, isShare(falseAlarmRate), SHARE);
        Expected.that("miss rate", missRate, isShare(missRate), SHARE);
        Expected.that("error margin", errorMargin, isMargin(errorMargin), "above 0, below " + HIGHEST_MARGIN);
        Expected.that("slower margin", slowerMargin, isMargin(slowerMargin), "above 0, below " + HIGHEST_MARGIN);
        Expected.that(
                "latency tolerance", latencyTolerance, latencyTolerance >= 0 && latencyTolerance <= ALL, "0 to 100");
        Expected.that(
                "latency floor",
                latencyFloor,
                !latencyFloor.isNegative() && latencyFloor.compareTo(Duration.ofHours(1)) <= 0,
                "0s to 1h");
        Expected.that("shadow percent", shadowPercent, shadowPercent >= 0 && shadowPercent <= ALL, "0 to 100");
        Expected.that(
                "shadow percent",
                shadowPercent,
                shadowPercent > 0 || answers.isEmpty(),
                "above 0, as answers are judged by copies of requests");
        Expected.that(
                "shadow percent",
                shadowPercent,
                shadowPercent > 0 || steps.size() > 1,
                "above 0 where there is no step but 100, or nothing would be judged");
    }

    private static boolean isAscendingToAll(List<Double> steps) {
        double before = 0;
        for (double step : steps) {
            if (!(step > before)) {
                return false;
            }
            before = step;
        }
        return before == ALL;
    }

    private static boolean isShare(double value) {
        return value > 0 && value < 1;
    }

    private static boolean isMargin(double value) {
        return value > 0 && value < HIGHEST_MARGIN;
    }

    /** The steps at which the candidate is judged: all but the last, at which there is nothing to hold it against. */
    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        if (shadowPercent > 0) {
            stages.add(new Stage(RolloutState.SHADOWING, 0, shadowPercent, withAnswers(Signal.ERRORS)));
        }
        for (double step : steps.subList(0, steps.size() - 1)) {
            stages.add(new Stage(
                    RolloutState.STEPPING,
                    step,
                    answers.isPresent() ? shadowPercent : 0,
                    withAnswers(Signal.ERRORS, Signal.LATENCY)));
        }
        return stages;
    }

    /** All tests of the whole rollout: so many occasions for a false alarm. */
    int tests() {
        return stages().stream().mapToInt(stage -> stage.signals().size()).sum();
    }

    private List<Signal> withAnswers(Signal... others) {
        List<Signal> signals = new ArrayList<>(List.of(others));
        if (answers.isPresent()) {
            signals.add(Signal.ANSWERS);
        }
        return signals;
    }
}
