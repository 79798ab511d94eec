package dev.tern.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tern.bench.load.ArrivalPattern.Spacing;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StagedArrivalsTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;

    @Test
    void aConstantRateIsEven() {
        assertThat(times(ArrivalPattern.CONSTANT, 4, 0, level(1_000, Stage.FOR_EVER)))
                .containsExactly(0, MILLI, 2 * MILLI, 3 * MILLI);
    }

    @Test
    void aStepChangesTheGapAtOnce() {
        assertThat(times(ArrivalPattern.CONSTANT, 7, 0, level(2, SECOND), level(4, SECOND)))
                .containsExactly(
                        0,
                        SECOND / 2,
                        SECOND,
                        SECOND + SECOND / 4,
                        SECOND + SECOND / 2,
                        SECOND + 3 * SECOND / 4,
                        StagedArrivals.NEVER);
    }

    /** The third gap is half over when the rate doubles; what is left of it passes twice as fast. */
    @Test
    void aGapThatSpansAStepIsSharedByBothRates() {
        assertThat(times(ArrivalPattern.CONSTANT, 4, 0, level(10, 250 * MILLI), level(20, SECOND)))
                .containsExactly(0, 100 * MILLI, 200 * MILLI, 275 * MILLI);
    }

    /** At 5 t a second, t^2 5/2 requests have come after t seconds. */
    @Test
    void aRampComesAfterTheRootsOfTheCount() {
        assertThat(times(ArrivalPattern.CONSTANT, 10, 0, new Stage(0, 10, 2 * SECOND)))
                .containsExactly(LongStream.range(0, 10)
                        .map(n -> Math.round(Math.sqrt(n / 2.5) * SECOND))
                        .toArray());
    }

    @Test
    void aRampMayFall() {
        long[] times = times(ArrivalPattern.CONSTANT, 10, 0, new Stage(10, 0, 2 * SECOND));
        assertThat(times[0]).isZero();
        // 10 t - t^2 5/2 is 9.
        assertThat((double) times[9]).isCloseTo((10 - Math.sqrt(10)) / 5 * SECOND, within(10.0));
    }

    @Test
    void aPauseIsKept() {
        assertThat(times(ArrivalPattern.CONSTANT, 4, 0, level(2, SECOND), level(0, 5 * SECOND), level(2, SECOND)))
                .containsExactly(0, SECOND / 2, 6 * SECOND, 6 * SECOND + SECOND / 2);
    }

    @Test
    void nothingComesAfterTheLastStage() {
        assertThat(times(ArrivalPattern.CONSTANT, 4, 0, level(2, SECOND)))
                .containsExactly(0, SECOND / 2, StagedArrivals.NEVER, StagedArrivals.NEVER);
    }

    @Test
    void theStagesBeginAfterTheWarmUpWhichHasTheFirstRate() {
        assertThat(times(ArrivalPattern.CONSTANT, 5, SECOND, level(2, SECOND), level(1, SECOND)))
                .containsExactly(0, SECOND / 2, SECOND, SECOND + SECOND / 2, 2 * SECOND);
    }

    /** Two requests a burst of 100 ms, then 300 ms of silence, are 5 a second. */
    @Test
    void burstsHoldTheMeanRate() {
        ArrivalPattern bursty = new ArrivalPattern(Spacing.CONSTANT, 100 * MILLI, 300 * MILLI);
        assertThat(times(bursty, 6, 0, level(5, Stage.FOR_EVER)))
                .containsExactly(0, 50 * MILLI, 400 * MILLI, 450 * MILLI, 800 * MILLI, 850 * MILLI);
    }

    @Test
    void burstsGoOnThroughSteps() {
        ArrivalPattern bursty = new ArrivalPattern(Spacing.CONSTANT, 100 * MILLI, 100 * MILLI);
        assertThat(times(bursty, 7, 0, level(10, 200 * MILLI), level(20, SECOND)))
                .containsExactly(0, 50 * MILLI, 200 * MILLI, 225 * MILLI, 250 * MILLI, 275 * MILLI, 400 * MILLI);
    }

    @Test
    void randomBurstsAreSilentBetween() {
        ArrivalPattern bursty = new ArrivalPattern(Spacing.POISSON, 10 * MILLI, 30 * MILLI);
        long[] times = times(bursty, 100_000, 0, level(1_000, Stage.FOR_EVER));
        assertThat(LongStream.of(times).allMatch(time -> time % (40 * MILLI) <= 10 * MILLI))
                .isTrue();
        assertThat(100_000.0 * SECOND / times[99_999]).isCloseTo(1_000, within(15.0));
    }

    /** Between t and u seconds of a ramp of 100 t a second come 50 (u^2 - t^2) on average. */
    @Test
    void aRandomRampHasTheRateOfEachMoment() {
        long[] times = times(ArrivalPattern.POISSON, 40_000, 0, new Stage(0, 2_000, 20 * SECOND));
        long early = LongStream.of(times).filter(time -> time < 10 * SECOND).count();
        long late = LongStream.of(times)
                .filter(time -> time >= 10 * SECOND && time < 20 * SECOND)
                .count();
        assertThat((double) early).isCloseTo(5_000, within(300.0));
        assertThat((double) late).isCloseTo(15_000, within(500.0));
    }

    @Test
    void theSeedDecides() {
        OpenLoad load = new OpenLoad(ArrivalPattern.POISSON, List.of(level(100, SECOND)), 1);
        OpenLoad other = new OpenLoad(ArrivalPattern.POISSON, List.of(level(100, SECOND)), 2);
        assertThat(load.arrivals(0).next())
                .isEqualTo(load.arrivals(0).next())
                .isNotEqualTo(other.arrivals(0).next());
    }

    private static Stage level(double rate, long nanos) {
        return new Stage(rate, rate, nanos);
    }

    private static long[] times(ArrivalPattern pattern, int count, long warmUp, Stage... stages) {
        Arrivals arrivals = new OpenLoad(pattern, Arrays.asList(stages), 1).arrivals(warmUp);
        return LongStream.generate(arrivals::next).limit(count).toArray();
    }
}
