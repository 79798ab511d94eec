package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.bench.load.Stage;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class RateStagesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void oneRateLastsAsLongAsTheRun() {
        assertThat(RateStages.parse("500").over(Optional.of(Duration.ofSeconds(3))))
                .containsExactly(new Stage(500, 500, 3 * SECOND));
        assertThat(RateStages.parse("0.5").over(Optional.empty())).containsExactly(new Stage(0.5, 0.5, Stage.FOR_EVER));
    }

    @Test
    void aRampLastsItsTimeOrTheRun() {
        assertThat(RateStages.parse("100..1000:30s").over(Optional.empty()))
                .containsExactly(new Stage(100, 1_000, 30 * SECOND));
        assertThat(RateStages.parse("1.5..0").over(Optional.of(Duration.ofSeconds(2))))
                .containsExactly(new Stage(1.5, 0, 2 * SECOND));
    }

    @Test
    void aStageWithoutATimeLastsAsLongAsTheNextThatHasOne() {
        RateStages stages = RateStages.parse("100,200:5s,0,400:10s");
        assertThat(stages.isTimed()).isTrue();
        assertThat(stages.over(Optional.empty()))
                .containsExactly(
                        new Stage(100, 100, 5 * SECOND),
                        new Stage(200, 200, 5 * SECOND),
                        new Stage(0, 0, 10 * SECOND),
                        new Stage(400, 400, 10 * SECOND));
    }

    @Test
    void theLastOnesShareWhatIsLeft() {
        RateStages stages = RateStages.parse("100:4s,200,300..400");
        assertThat(stages.isTimed()).isFalse();
        assertThat(stages.over(Optional.of(Duration.ofSeconds(10))))
                .containsExactly(
                        new Stage(100, 100, 4 * SECOND),
                        new Stage(200, 200, 3 * SECOND),
                        new Stage(300, 400, 3 * SECOND));
    }

    @Test
    void stagesAndDurationMustAgree() {
        assertThatThrownBy(() -> RateStages.parse("5:1s").over(Optional.of(Duration.ofSeconds(1))))
                .hasMessage("--rate and --duration: the stages of --rate say how long they last (expected: one of the"
                        + " two)");
        assertThatThrownBy(() -> RateStages.parse("5:3s,6").over(Optional.of(Duration.ofSeconds(3))))
                .hasMessage("--duration: 3s is not allowed (expected: more than the times in --rate come to)");
        assertThatThrownBy(() -> RateStages.parse("5,6").over(Optional.empty()))
                .hasMessage(
                        "--rate: a ramp, a pause, or more than one stage, without a time is not allowed (expected: a time,"
                                + " such as 100..500:30s, or --duration)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1e3", "5,", "5..", "..5", "5..6..7", "5;6", "5:10"})
    void otherRatesAreRefused(String text) {
        assertThatThrownBy(() -> RateStages.parse(text)).isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5x|'5x' is not a rate (expected: requests per second, such as 500; 100..500 for a ramp; with a time as in"
                        + " 500:30s; several separated by commas)",
                "0,0..0|0,0..0 is not allowed (expected: more than 0)",
                "5:0s|5:0s is not allowed (expected: a time of more than 0s)"
            })
    void theRefusalSaysWhatIsExpected(String text, String message) {
        assertThatThrownBy(() -> RateStages.parse(text)).hasMessage(message);
    }
}
