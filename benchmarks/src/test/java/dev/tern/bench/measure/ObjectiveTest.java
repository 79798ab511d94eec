package dev.tern.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectiveTest {
    /** 1,000 requests in 2 s: 990 answered in 10 ms, 8 in 30 ms, 2 failed; of the answers 500 were in time. */
    private static final Measurement MEASURED = measured();

    @ParameterizedTest
    @CsvSource({
        "p50<11ms, true",
        "p50<10ms, false",
        "p99<=10.01ms, true",
        "p99.9<20ms, false",
        "p99.9<31000us, true",
        "max<1s, true",
        "max>29ms, true",
        "mean<10.5ms, true",
        "mean>=10.5ms, false",
        "errors<0.3%, true",
        "errors<0.2%, false",
        "errors<=0.2%, true",
        "errors<0.0021, true",
        "rate>498, true",
        "rate>=499, true",
        "rate>499, false",
        "goodput<251, true",
        "p99 < 20 ms, true",
    })
    void conditionsAreJudgedByTheirFigures(String text, boolean met) {
        assertThat(Condition.parse(text).judge(MEASURED).met()).isEqualTo(met);
    }

    @Test
    void aFigureThatWasNotMeasuredMeetsNothing() {
        Measurement nothing = new Measurement(0, 0, 0, 0, 0, 0, 0, Map.of(), new Histogram(3), new Histogram(3));
        for (String each : List.of("p99<1s", "max>0s", "errors<1%", "rate>=0")) {
            Judgement judgement = Condition.parse(each).judge(nothing);
            assertThat(judgement.met()).as(each).isFalse();
            assertThat(judgement.valueText()).as(each).isEqualTo("-");
        }
    }

    @Test
    void severalAreJudgedInOrder() {
        Objective objective = Objective.parse("p99<20ms, errors<0.1%,rate>400");
        assertThat(objective.judge(MEASURED)).extracting(Judgement::met).containsExactly(true, false, true);
        assertThat(objective.judge(MEASURED))
                .extracting(Judgement::valueText)
                .containsExactly("10.0 ms", "0.200%", "499/s");
        assertThat(objective.judgesErrors()).isTrue();
        assertThat(objective).hasToString("p99<20ms,errors<0.1%,rate>400");
        assertThat(Objective.parse("p99<20ms").judgesErrors()).isFalse();
    }

    @Test
    void ratiosAreConditionsWhereTwoAreCompared() {
        Objective objective = Objective.parseComparing("p99<=1.1x, errors<0.1%");
        assertThat(objective.conditions()).extracting(Condition::relative).containsExactly(true, false);
        Condition ratio = objective.conditions().get(0);
        assertThat(ratio.judge(1.1).met()).isTrue();
        assertThat(ratio.judge(1.2).met()).isFalse();
        assertThat(ratio.judge(1.2).valueText()).isEqualTo("1.200x");
        assertThat(ratio.judge(Double.NaN).met()).isFalse();
        assertThat(Objective.all(List.of(objective, Objective.parse("rate>1"))))
                .hasToString("p99<=1.1x,errors<0.1%,rate>1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "p99|'p99' is not a condition (expected: NAME<VALUE, also <=, > or >=, such as p99<20ms",
                "p99<20ms,|is not a condition (expected: NAME<VALUE",
                "p99=20ms|'p99=20ms' is not a condition",
                "p49<1ms|'p49<1ms': p49 is not a figure of a run (expected: p50 to p99.999, mean, max, errors, rate",
                "latency<1ms|latency is not a figure of a run",
                "p99<20|'p99<20' is not a condition (expected: a time with us, ms or s, such as p99<20ms)",
                "p99<20%|(expected: a time with us, ms or s, such as p99<20ms)",
                "errors<1ms|(expected: a share of the requests, such as errors<0.1%)",
                "rate>5s|(expected: requests per second without a unit, such as rate>500)",
                "p99<1.1x|'p99<1.1x' is not a condition here (expected: a value; a ratio such as 1.1x where two",
                "rate>5%|(expected: requests per second without a unit",
            })
    void whatIsNoConditionIsRefused(String text, String message) {
        assertThatThrownBy(() -> Objective.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static Measurement measured() {
        Histogram latencies = new Histogram(3);
        latencies.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(10), 990);
        latencies.recordValueWithCount(TimeUnit.MILLISECONDS.toNanos(30), 8);
        return new Measurement(
                TimeUnit.SECONDS.toNanos(2), 1_000, 998, 2, 998, 500, 1, Map.of(), latencies, new Histogram(3));
    }
}
