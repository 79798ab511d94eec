package dev.tern.bench.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.measure.Objective;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateVerdictTest {
    private static final Rule RULE = new Rule(Objective.parse("p99<20ms"));
    private static final List<Point> POINTS = List.of(
            Windows.answered(100, 5),
            Windows.answered(400, 30),
            Windows.of(200, 200, 0, 30, 5),
            Windows.of(300, 299, 1, 5, 0),
            Windows.answered(500, 30));

    @Test
    void eachRateIsJudgedUpToTheHighest() {
        assertThat(RateVerdict.of(POINTS, RULE, 400))
                .containsExactly(
                        new RateVerdict(100, ""),
                        new RateVerdict(400, "p99 = 30.0 ms"),
                        new RateVerdict(200, "the generator could not keep up"),
                        new RateVerdict(300, "1 requests got no answer"));
        assertThat(RateVerdict.text("p99<20ms", RateVerdict.of(POINTS, RULE, 150)))
                .isEqualTo("asserted   p99<20ms at 100/s   met\n");
    }

    @Test
    void theVerdictNamesTheObjection() {
        assertThat(new RateVerdict(1, "").verdict()).isEqualTo("met");
        assertThat(new RateVerdict(1, "too slow").verdict()).isEqualTo("NOT MET: too slow");
    }
}
