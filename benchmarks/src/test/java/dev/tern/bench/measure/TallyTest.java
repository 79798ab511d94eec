package dev.tern.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final long MILLI = 1_000_000;
    private static final long START = 1_000 * MILLI;

    private final Window window = new Window(START, 1_000 * MILLI, Long.MAX_VALUE);
    private final Tally tally = new Tally(window, 100 * MILLI);

    @Test
    void latencyCountsFromTheIntendedSend() {
        window.admit(START);
        tally.answered(START, START + 40 * MILLI, true);
        Histogram latencies = take().latencies();
        assertThat(latencies.getTotalCount()).isEqualTo(1);
        assertThat(latencies.valuesAreEquivalent(latencies.getMaxValue(), 40 * MILLI))
                .isTrue();
    }

    @Test
    void theWarmUpIsLeftOut() {
        tally.answered(START - 10, START - 5, false);
        tally.failed(START - 5, false, "UNAVAILABLE", "cold");
        Measurement measurement = take();
        assertThat(measurement.latencies().getTotalCount()).isZero();
        assertThat(measurement.answeredInWindow()).isZero();
        assertThat(measurement.errors()).isEmpty();
        assertThat(measurement.hasErrors()).isFalse();
    }

    @Test
    void rateIsWhatWasAnsweredWithinTheWindow() {
        window.admit(START);
        window.admit(START + 1);
        tally.answered(START - 10, START, false);
        tally.answered(START, START + 10, true);
        tally.answered(START + 1, START + 1_000 * MILLI, true);
        Measurement measurement = take();
        assertThat(measurement.perSecond()).isEqualTo(2.0);
        assertThat(measurement.sent()).isEqualTo(2);
        assertThat(measurement.answered()).isEqualTo(2);
    }

    @Test
    void goodputIsWhatAlsoKeptItsDeadline() {
        window.admit(START);
        window.admit(START + 1);
        tally.answered(START, START + 100 * MILLI, true);
        tally.answered(START, START + 100 * MILLI + 1, true);
        tally.answered(START + 950 * MILLI, START + 1_000 * MILLI, true);
        Measurement measurement = take();
        assertThat(measurement.perSecond()).isEqualTo(2.0);
        assertThat(measurement.goodput()).isEqualTo(1.0);
    }

    @Test
    void aNumberOfRequestsEndsTheWindowWithTheLastAnswer() {
        Window limited = new Window(START, Long.MAX_VALUE, 2);
        Tally counted = new Tally(limited, Long.MAX_VALUE);
        limited.admit(START);
        limited.admit(START);
        counted.answered(START, START + 500 * MILLI, true);
        counted.failed(START + 250 * MILLI, true, "INTERNAL", "");
        Measurement measurement = counted.take(1, new Histogram(Tally.DIGITS));
        assertThat(measurement.nanos()).isEqualTo(500 * MILLI);
    }

    @Test
    void failuresAreCountedByCodeWithTheirFirstMessage() {
        for (int i = 0; i < 4; i++) {
            window.admit(START + i);
        }
        tally.failed(START + 1, true, "UNAVAILABLE", "first");
        tally.failed(START + 2, true, "UNAVAILABLE", "second");
        tally.failed(START + 3, true, "INTERNAL", "other");
        Measurement measurement = take();
        assertThat(measurement.errors())
                .containsOnlyKeys("INTERNAL", "UNAVAILABLE")
                .containsEntry("UNAVAILABLE", new ErrorCount(2, "first"));
        assertThat(measurement.failed()).isEqualTo(3);
        assertThat(measurement.unanswered()).isEqualTo(1);
        assertThat(measurement.latencies().getTotalCount()).isZero();
    }

    @Test
    void lateSendingIsTheGeneratorsFault() {
        Histogram onTime = new Histogram(Tally.DIGITS);
        onTime.recordValueWithCount(1_000, 990);
        onTime.recordValueWithCount(5 * MILLI, 10);
        assertThat(tally.take(1, onTime).isGeneratorLimited()).isFalse();
        Histogram late = new Histogram(Tally.DIGITS);
        late.recordValueWithCount(1_000, 980);
        late.recordValueWithCount(5 * MILLI, 20);
        assertThat(tally.take(1, late).isGeneratorLimited()).isTrue();
    }

    private Measurement take() {
        return tally.take(1, new Histogram(Tally.DIGITS));
    }
}
