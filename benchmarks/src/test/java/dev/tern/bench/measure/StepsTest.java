package dev.tern.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;
    private static final long START = 5 * SECOND;

    private final Steps steps = new Steps(START, List.of(SECOND, 2 * SECOND));

    @Test
    void aRequestBelongsWhereItWasToBeSent() {
        steps.sent(START, () -> START);
        steps.sent(START + SECOND - 1, () -> START + SECOND + MILLI);
        steps.sent(START + SECOND, () -> START + SECOND);
        steps.answered(START, START + MILLI, true, Long.MAX_VALUE);
        steps.failed(START + SECOND, START + SECOND + 1, true, "UNAVAILABLE", "gone");
        List<Measurement> taken = steps.take(START + 3 * SECOND);
        assertThat(taken).extracting(Measurement::sent).containsExactly(2L, 1L);
        assertThat(taken).extracting(Measurement::answered).containsExactly(1L, 0L);
        assertThat(taken).extracting(Measurement::failed).containsExactly(0L, 1L);
        assertThat(taken).extracting(Measurement::sentLate).containsExactly(true, false);
        assertThat(taken).extracting(Measurement::nanos).containsExactly(SECOND, 2 * SECOND);
    }

    /** Else a server that lags behind would seem to answer all that is asked in each step. */
    @Test
    void anAnswerCountsForTheRateOfTheStepItArrivesIn() {
        steps.sent(START, () -> START);
        steps.answered(START, START + 2 * SECOND, true, Long.MAX_VALUE);
        List<Measurement> taken = steps.take(START + 3 * SECOND);
        assertThat(taken).extracting(Measurement::answeredInWindow).containsExactly(0L, 1L);
        assertThat(taken).extracting(each -> each.latencies().getTotalCount()).containsExactly(1L, 0L);
    }

    @Test
    void theWarmUpIsLeftOut() {
        steps.answered(START - SECOND, START - 1, false, Long.MAX_VALUE);
        steps.failed(START - SECOND, START + 1, false, "UNAVAILABLE", "cold");
        assertThat(steps.take(START + 3 * SECOND))
                .allSatisfy(each -> assertThat(each.answeredInWindow() + each.answered() + each.failed())
                        .isZero());
    }

    @Test
    void aRunThatEndsEarlyCutsItsSteps() {
        assertThat(steps.take(START + SECOND / 2))
                .extracting(Measurement::nanos)
                .containsExactly(SECOND / 2, 0L);
    }
}
