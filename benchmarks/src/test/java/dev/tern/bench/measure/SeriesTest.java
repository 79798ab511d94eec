package dev.tern.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SeriesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long START = 100 * SECOND;

    private final Pulse pulse = new Pulse();
    private final Window window = new Window(START, 5 * SECOND / 2, Long.MAX_VALUE);
    private final Tally tally = new Tally(window, Long.MAX_VALUE, pulse);
    private final AtomicInteger inFlight = new AtomicInteger(7);
    private final Series series = new Series(pulse, window, inFlight::get, START - 3 * SECOND / 2);

    @Test
    void secondsEndWhereTheWindowsDo() {
        assertThat(series.next(START - 3 * SECOND / 2)).isEqualTo(START - SECOND);
        assertThat(series.next(START - SECOND + 1)).isEqualTo(START);
        assertThat(series.next(START)).isEqualTo(START + SECOND);
        assertThat(series.next(START + 2 * SECOND + 5)).isEqualTo(START + 5 * SECOND / 2);
        assertThat(series.next(START + 5 * SECOND / 2)).isEqualTo(START + 3 * SECOND);
    }

    @Test
    void aSecondTellsOfWhatEndedInIt() {
        series.take(START);
        answer(30, 10);
        answer(1, 500);
        tally.failed(START, true, "INTERNAL", "");
        Second second = series.take(START + SECOND);
        assertThat(second.from()).isZero();
        assertThat(second.seconds()).isEqualTo(1);
        assertThat(second.answered()).isEqualTo(31);
        assertThat(second.failed()).isEqualTo(1);
        assertThat(second.inFlight()).isEqualTo(7);
        assertThat(second.perSecond()).isEqualTo(31);
        assertThat((double) second.p50()).isCloseTo(10.0 * MILLI, within(0.01 * MILLI));
        assertThat((double) second.p99()).isCloseTo(500.0 * MILLI, within(0.5 * MILLI));
        Histogram all = Histograms.decode(second.histogram());
        assertThat(all.getTotalCount()).isEqualTo(31);
        assertThat(all.getMaxValue()).isEqualTo(second.max());
        assertThat(series.take(START + 2 * SECOND).answered()).isZero();
    }

    @Test
    void warmUpAndTailAreToldButNotMeasured() {
        series.take(START);
        series.take(START + SECOND);
        series.take(START + 5 * SECOND / 2);
        series.take(START + 3 * SECOND);
        assertThat(series.measured()).extracting(Second::from).containsExactly(0.0, 1.0);
        assertThat(series.measured()).extracting(Second::seconds).containsExactly(1.0, 1.5);
    }

    @Test
    void aNumberOfRequestsEndsTheSeriesWithTheLastAnswer() {
        Window limited = new Window(START, Long.MAX_VALUE, 1);
        Series brief = new Series(pulse, limited, inFlight::get, START);
        brief.take(START + SECOND);
        brief.take(START + SECOND + 3 * MILLI);
        brief.take(START + SECOND + 5 * MILLI);
        limited.close(START + SECOND + MILLI);
        assertThat(brief.measured()).extracting(Second::seconds).containsExactly(1.0, 0.003);
    }

    private void answer(int times, long millis) {
        for (int i = 0; i < times; i++) {
            tally.answered(START, START + millis * MILLI, true);
        }
    }
}
