package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionTimesTest {
    private static final long FIXED = 1_000_000;
    private static final long PER_ROW = 50_000;
    private static final Percentage TEN_PERCENT = Percentage.withPercentage(10);

    private final Random random = new Random(42);
    private final ExecutionTimes times = new ExecutionTimes(64);

    private static long affine(long rows) {
        return FIXED + PER_ROW * rows;
    }

    /** A run that takes {@code factor} of the curve, give or take a tenth. */
    private void run(long rows, double factor) {
        times.observe(rows, (long) (affine(rows) * factor * (1 + 0.1 * random.nextGaussian())));
    }

    private void assertCurve(double factor, Percentage off) {
        for (long rows = 1; rows <= 64; rows++) {
            assertThat(times.expectedNanos(rows)).as("of %d rows", rows).isCloseTo((long) (affine(rows) * factor), off);
        }
    }

    @Test
    void knowsNothingBeforeTheFirstRun() {
        assertThat(times.known()).isFalse();
        assertThat(times.expectedNanos(8)).isZero();
        assertThat(times.likelyMaxNanos(8)).isZero();
        assertThat(times.unitsPerSecond()).isZero();
        assertThat(times.curve()).allSatisfy(point -> assertThat(point.runs()).isZero());
        assertThatThrownBy(() -> new ExecutionTimes(0)).hasMessageContaining("max units: 0");
    }

    @Test
    void whatItBeginsWithGivesWayToRuns() {
        times.seed(1, 5 * affine(1));
        times.seed(64, 5 * affine(64));
        assertThat(times.known()).isTrue();
        assertCurve(5, TEN_PERCENT);
        assertThat(times.curve()).allSatisfy(point -> assertThat(point.runs()).isZero());
        assertThat(times.meanAbsoluteError()).isZero();

        for (int i = 0; i < 12; i++) {
            run(i % 2 == 0 ? 1 : 64, 1);
        }
        assertCurve(1, TEN_PERCENT);
    }

    @Test
    void learnsTheSizesThatRun() {
        for (int i = 0; i < 2000; i++) {
            run(1 + random.nextInt(64), 1);
        }
        assertCurve(1, Percentage.withPercentage(5));
        assertThat(times.meanAbsoluteError()).isBetween(0.03, 0.13);
        assertThat(times.unitsPerSecond()).isCloseTo(64e9 / affine(64), Percentage.withPercentage(5));
    }

    @Test
    void fillsInTheSizesThatNeverRan() {
        for (int i = 0; i < 200; i++) {
            run(i % 2 == 0 ? 4 : 16, 1);
        }
        assertCurve(1, TEN_PERCENT);
    }

    @Test
    void countsHalfAsFixedWhileOneSizeIsKnown() {
        times.observe(10, 1_000_000);

        assertThat(times.expectedNanos(10)).isCloseTo(1_000_000, within(1L));
        assertThat(times.expectedNanos(20)).isCloseTo(1_500_000, within(1L));
        assertThat(times.expectedNanos(1)).isCloseTo(550_000, within(1L));
    }

    @Test
    void movesEverySizeWhenTheSizesThatRunTakeTwiceAsLong() {
        for (int i = 0; i < 2000; i++) {
            run(1 + random.nextInt(64), 1);
        }
        for (int i = 0; i < 30; i++) {
            run(8, 2);
        }
        assertCurve(2, TEN_PERCENT);

        for (int i = 0; i < 30; i++) {
            run(8, 1);
        }
        assertCurve(1, TEN_PERCENT);
    }

    @Test
    void learnsThatOnlyTheLargeSizesChanged() {
        for (int i = 0; i < 500; i++) {
            run(i % 3 == 0 ? 64 : 1, 1);
        }
        for (int i = 0; i < 500; i++) {
            run(i % 3 == 0 ? 64 : 1, i % 3 == 0 ? 2 : 1);
        }
        assertThat(times.expectedNanos(1)).isCloseTo(affine(1), TEN_PERCENT);
        assertThat(times.expectedNanos(64)).isCloseTo(2 * affine(64), TEN_PERCENT);
    }

    /**
     * Learned from tiny requests, asked for large ones: every size takes longer, each by another factor, and small and
     * large runs come in turns, each for long enough to be taken for all.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 25, 60})
    void learnsAnewWhenTheCurveHasAnotherForm(int turn) {
        for (int round = 0; round < 50; round++) {
            for (long rows = 1; rows <= 64; rows *= 2) {
                times.seed(rows, 20_000 + 300 * rows);
            }
        }
        for (int run = 0; run < 600; run++) {
            runLarge(run / turn % 2 == 0 ? 1 + random.nextInt(3) : 16 + random.nextInt(49));
        }
        for (long rows : new long[] {1, 2, 3, 16, 24, 32, 48, 64}) {
            assertThat(times.expectedNanos(rows))
                    .as("of %d rows", rows)
                    .isCloseTo(large(rows), Percentage.withPercentage(25));
        }
        assertThat(times.meanAbsoluteError()).isLessThan(0.25);
    }

    private void runLarge(long rows) {
        times.observe(rows, (long) (large(rows) * (1 + 0.1 * random.nextGaussian())));
    }

    private static long large(long rows) {
        return 200_000 + 600_000 * rows;
    }

    @Test
    void shrugsOffPausesAndColdStarts() {
        run(1, 30);
        run(64, 30);
        for (int i = 0; i < 100; i++) {
            run(i % 2 == 0 ? 1 : 64, i % 25 == 0 ? 50 : 1);
        }
        assertCurve(1, TEN_PERCENT);
    }

    @Test
    void likelyMaxHoldsForNineteenOfTwenty() {
        for (int i = 0; i < 2000; i++) {
            run(8, 1);
        }
        int within = 0;
        for (int i = 0; i < 2000; i++) {
            long took = (long) (affine(8) * (1 + 0.1 * random.nextGaussian()));
            within += took <= times.likelyMaxNanos(8) ? 1 : 0;
            times.observe(8, took);
        }
        assertThat(within / 2000.0).isBetween(0.92, 0.98);
    }

    @Test
    void neverFallsWhateverItIsShown() {
        for (int i = 0; i < 3000; i++) {
            times.observe(1 + random.nextInt(80), 1 + random.nextInt(1_000_000));
            long before = 0;
            for (long rows = 1; rows <= 100; rows++) {
                long expected = times.expectedNanos(rows);
                assertThat(expected).as("of %d rows after %d runs", rows, i).isGreaterThanOrEqualTo(before);
                before = expected;
            }
        }
    }

    @Test
    void followsAStaircase() {
        for (int i = 0; i < 3000; i++) {
            long rows = 1L + random.nextInt(64);
            times.observe(rows, rows <= 16 ? 1_000_000 : 4_000_000);
        }
        assertThat(times.expectedNanos(12)).isCloseTo(1_000_000, TEN_PERCENT);
        assertThat(times.expectedNanos(30)).isCloseTo(4_000_000, TEN_PERCENT);
        assertThat(times.expectedNanos(64)).isCloseTo(4_000_000, TEN_PERCENT);
    }

    @Test
    void showsMeasuredBesideExpected() {
        for (int i = 0; i < 400; i++) {
            run(i % 2 == 0 ? 8 : 40, 1);
        }
        assertThat(times.curve())
                .filteredOn(point -> point.runs() > 0)
                .hasSize(2)
                .allSatisfy(point -> {
                    assertThat(point.runs()).isEqualTo(200);
                    assertThat(point.units()).isIn(8L, 40L);
                    assertThat(point.expectedNanos()).isCloseTo(affine(point.units()), TEN_PERCENT);
                    assertThat(point.meanMeasuredNanos()).isCloseTo(affine(point.units()), TEN_PERCENT);
                });
    }

    @Test
    void runsThatWereEndedCountForTheirSizeAndMore() {
        for (int i = 0; i < 500; i++) {
            run(1 + random.nextInt(64), 1);
        }
        long given = 3 * affine(32);
        assertThat(times.atLeast(32, affine(32))).as("given no more than usual").isFalse();
        assertThat(times.atLeast(32, given)).isTrue();
        assertThat(times.atLeast(32, given)).isTrue();
        assertCurve(1, TEN_PERCENT);

        assertThat(times.atLeast(40, given)).isTrue();
        assertThat(times.expectedNanos(31)).isCloseTo(affine(31), TEN_PERCENT);
        assertThat(times.expectedNanos(32)).isCloseTo(2 * given, TEN_PERCENT);
        assertThat(times.expectedNanos(64)).isGreaterThan(2 * given);

        times.observe(8, affine(8));
        assertThat(times.expectedNanos(32)).as("a smaller one says nothing").isCloseTo(2 * given, TEN_PERCENT);
        times.observe(64, affine(64));
        assertCurve(1, TEN_PERCENT);
    }

    @Test
    void endedRunsSayNothingWhileNothingIsKnown() {
        assertThat(times.atLeast(1, 1_000_000)).isFalse();
        assertThat(times.known()).isFalse();
    }

    @Test
    void growsWithTheSizesThatRun() {
        ExecutionTimes small = new ExecutionTimes(2);
        for (int i = 0; i < 4000; i++) {
            long units = 1L << random.nextInt(14);
            small.observe(units, units <= 1024 ? FIXED : 4 * FIXED);
        }
        assertThat(small.expectedNanos(700)).isCloseTo(FIXED, TEN_PERCENT);
        assertThat(small.expectedNanos(1)).isCloseTo(FIXED, TEN_PERCENT);
        assertThat(small.expectedNanos(8192)).isCloseTo(4 * FIXED, TEN_PERCENT);
        assertThat(small.curve()).last().satisfies(point -> {
            assertThat(point.units()).isEqualTo(8192);
            assertThat(point.runs()).isPositive();
        });
    }

    @Test
    void goesOnBeyondTheLargestSize() {
        for (int i = 0; i < 500; i++) {
            run(i % 2 == 0 ? 32 : 64, 1);
            times.observe(200, affine(200));
        }
        assertThat(times.expectedNanos(64)).isCloseTo(affine(64), TEN_PERCENT);
        assertThat(times.expectedNanos(200)).isCloseTo(affine(200), TEN_PERCENT);
    }
}
