package dev.tern.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rollouts may be asked for. */
class RolloutSettingsTest {
    private static final RolloutSettings USUAL = RolloutSettings.DEFAULTS;

    @Test
    void theDefaults() {
        assertThat(USUAL.steps()).containsExactly(1.0, 5.0, 25.0, 50.0, 100.0);
        assertThat(USUAL.minStep()).isEqualTo(Duration.ofSeconds(30));
        assertThat(USUAL.maxStep()).isEqualTo(Duration.ofMinutes(10));
        assertThat(USUAL.tests())
                .as("errors of copies, then errors and latency of four steps")
                .isEqualTo(9);
        assertThat(USUAL.stages()).extracting(Stage::percent).containsExactly(0.0, 1.0, 5.0, 25.0, 50.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5,5,100      | steps: [5.0, 5.0, 100.0] (expected: percentages above 0, ascending, the last one 100)",
                "0,100        | steps: [0.0, 100.0] (expected: percentages above 0, ascending, the last one 100)",
                "1,50         | steps: [1.0, 50.0] (expected: percentages above 0, ascending, the last one 100)",
                "NaN,100      | steps: [NaN, 100.0] (expected: percentages above 0, ascending, the last one 100)",
            })
    void steps(String steps, String message) {
        List<Double> given =
                List.of(steps.split(",", -1)).stream().map(Double::valueOf).toList();
        assertThatThrownBy(() -> stepping(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0   | 0.05 | 0.01 | 0.2 | 10  | false alarm rate: 0.0 (expected: above 0, below 1)",
                "1   | 0.05 | 0.01 | 0.2 | 10  | false alarm rate: 1.0 (expected: above 0, below 1)",
                "0.1 | NaN  | 0.01 | 0.2 | 10  | miss rate: NaN (expected: above 0, below 1)",
                "0.1 | 0.05 | 0.5  | 0.2 | 10  | error margin: 0.5 (expected: above 0, below 0.5)",
                "0.1 | 0.05 | 0.01 | 0   | 10  | slower margin: 0.0 (expected: above 0, below 0.5)",
                "0.1 | 0.05 | 0.01 | 0.2 | 101 | shadow percent: 101.0 (expected: 0 to 100)",
            })
    void numbers(double falseAlarm, double miss, double errors, double slower, double shadow, String message) {
        assertThatThrownBy(() -> new RolloutSettings(
                        USUAL.steps(),
                        USUAL.minStep(),
                        USUAL.maxStep(),
                        falseAlarm,
                        miss,
                        errors,
                        slower,
                        0.1,
                        Duration.ZERO,
                        Optional.empty(),
                        shadow))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aStepThatMayNotBeLongerThanItMustBe() {
        assertThatThrownBy(() -> Rig.settings(Duration.ofSeconds(5), Duration.ofSeconds(5), 10, 5, 100))
                .hasMessage("max step: PT5S (expected: more than min step, which is PT5S, a day at most)");
    }

    @Test
    void answersAreJudgedByCopiesOnly() {
        assertThatThrownBy(() -> Rig.settings(
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        0,
                        Optional.of(new AnswerRule(0.1, 0.9, 0.01, 0.05)),
                        5,
                        100))
                .hasMessage("shadow percent: 0.0 (expected: above 0, as answers are judged by copies of requests)");
    }

    @Test
    void somethingIsJudged() {
        assertThatThrownBy(() -> Rig.settings(Duration.ZERO, Duration.ofSeconds(5), 0, 100))
                .hasMessage("shadow percent: 0.0 (expected: above 0 where there is no step but 100, or nothing would be"
                        + " judged)");
        assertThat(Rig.settings(Duration.ZERO, Duration.ofSeconds(5), 10, 100).stages())
                .extracting(Stage::state)
                .containsExactly(RolloutState.SHADOWING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1  | 0.9 | 0.01 | 0.05 | max mean absolute difference: -1.0 (expected: 0 or more)",
                "0.1 | 1.1 | 0.01 | 0.05 | min rank correlation: 1.1 (expected: -1 to 1)",
                "0.1 | 0.9 | 0    | 0.05 | allowed share: 0.0 (expected: above 0, below 1)",
                "0.1 | 0.9 | 0.05 | 0.05 | found share: 0.05 (expected: above the allowed share, which is 0.05, below 1)",
            })
    void rulesForAnswers(double mean, double rank, double allowed, double found, String message) {
        assertThatThrownBy(() -> new AnswerRule(mean, rank, allowed, found))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1,       0.9,  0.1,      0.9, within",
        "0.1,       0.9,  0.11,     0.9, beyond",
        "0.1,       0.9,  0.1,      0.8, beyond",
        "0.1,       0.9,  0.1,      NaN, within",
        "0.1,       0.9,  NaN,      1,   beyond",
        "Infinity,  0.9,  5,        1,   within",
        "Infinity,  0.9,  5,        NaN, not compared",
        "Infinity,  0.9,  Infinity, NaN, beyond",
        "0.1,  -Infinity, 0,        -1,  within",
    })
    void answers(double maxMean, double minRank, double mean, double rank, String expected) {
        long judged = new AnswerRule(maxMean, minRank, 0.01, 0.05).judge(mean, rank);
        String word = judged == Outcome.WITHIN ? "within" : judged == Outcome.BEYOND ? "beyond" : "not compared";
        assertThat(word).isEqualTo(expected);
    }

    private static RolloutSettings stepping(List<Double> steps) {
        return new RolloutSettings(
                steps,
                USUAL.minStep(),
                USUAL.maxStep(),
                USUAL.falseAlarmRate(),
                USUAL.missRate(),
                USUAL.errorMargin(),
                USUAL.slowerMargin(),
                USUAL.latencyTolerance(),
                USUAL.latencyFloor(),
                USUAL.answers(),
                USUAL.shadowPercent());
    }
}
