package dev.tern.bench.cached;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrialTest {
    @Test
    void trialsOfOneSeedGetTheSameRequests() {
        assertThat(Outcomes.trial(1).sent(1_000)).isEqualTo(Outcomes.trial(1).sent(1_000));
        assertThat(Outcomes.trial(1).sent(1_000)).isNotEqualTo(Outcomes.trial(2).sent(1_000));
    }

    /** A tenth of all requests weighs H(10,000)/H(100,000) = 0.81 by Zipf's law. */
    @Test
    void popularRequestsComeMoreOften() {
        long popular = Arrays.stream(Outcomes.trial(1).sent(100_000))
                .filter(each -> each < 10_000)
                .count();
        assertThat(popular).isBetween(80_000L, 82_000L);
    }

    @Test
    void freshRequestsAreInNoOtherTrial() {
        Set<Long> numbers = IntStream.of(1, 2, 1_000)
                .mapToObj(nth -> Trial.fresh(Variant.CACHED, 1, Trial.crowd(), nth))
                .flatMapToLong(trial -> Arrays.stream(trial.sent(100)).mapToLong(each -> trial.first() + each))
                .boxed()
                .collect(Collectors.toSet());
        assertThat(numbers).hasSize(300);
        assertThat(LongStream.range(0, Trial.DISTINCT).boxed().filter(numbers::contains))
                .as("those that come again")
                .isEmpty();
    }

    @Test
    void describesWhatIsSent() {
        assertThat(Outcomes.trial(1).describe()).isEqualTo("ranker-cached, 1 row, closed loop, 64 in flight");
    }
}
