package dev.tern.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void theMedianIsTheMiddleOrBetweenTheTwoInTheMiddle() {
        assertThat(Numbers.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Numbers.median(List.of(4.0, 1.0, 100.0, 2.0))).isEqualTo(3);
        assertThat(Numbers.median(List.of())).isNaN();
        assertThat(Numbers.median(List.of(1.0, Double.NaN, 2.0))).isNaN();
    }

    /** The ratio of the medians would be 2 / 2. */
    @Test
    void ratiosAreTakenWithinARepetition() {
        Series over = new Series("over", List.of(2.0, 1.0, 9.0));
        Series under = new Series("under", List.of(1.0, 2.0, 3.0));
        assertThat(over.over("ratio", under)).isEqualTo(new Series("ratio", List.of(2.0, 0.5, 3.0)));
        assertThat(over.over("ratio", under).median()).isEqualTo(2);
    }

    @Test
    void aGoalIsReachedOnItsLimitAndNotByWhatWasNotMeasured() {
        assertThat(Goal.atLeast(3).isReachedBy(3)).isTrue();
        assertThat(Goal.atLeast(3).isReachedBy(2.99)).isFalse();
        assertThat(Goal.atMost(1.05).isReachedBy(1.05)).isTrue();
        assertThat(Goal.atMost(1.05).isReachedBy(1.06)).isFalse();
        assertThat(Goal.atMost(1.05).isReachedBy(Double.NaN)).isFalse();
        assertThat(Goal.NONE.isReachedBy(0)).isTrue();
        assertThat(List.of(Goal.atLeast(3), Goal.atMost(1.05), Goal.atMost(20), Goal.NONE))
                .hasToString("[≥ 3, ≤ 1.05, ≤ 20, –]");
    }
}
