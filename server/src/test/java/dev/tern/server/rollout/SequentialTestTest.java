package dev.tern.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rates of error that are promised, counted over thousands of runs with fixed seeds. */
class SequentialTestTest {
    private static final double RATE = 0.05;
    private static final double MARGIN = 0.1;
    private static final int RUNS = 2000;
    private static final int LONGEST = 3000;
    private static final int BUNCH = 20;

    /** Scores around a mean: of different spread, skew and memory. All in [-1, 1]. */
    private enum Shape {
        /** Either way, every time. */
        SIGNS {
            @Override
            double next(RandomGenerator random, double mean, double before) {
                return random.nextDouble() < (1 + mean) / 2 ? 1 : -1;
            }
        },
        /** Mostly nothing. */
        RARE {
            @Override
            double next(RandomGenerator random, double mean, double before) {
                double point = random.nextDouble();
                return point < 0.11 ? 1 : point < 0.22 - mean ? -1 : 0;
            }
        },
        /** Small steps one way, large ones the other. */
        SKEWED {
            @Override
            double next(RandomGenerator random, double mean, double before) {
                return random.nextDouble() < 0.05 ? mean + 0.76 : mean - 0.04;
            }
        },
        /** As even as can be. */
        EVEN {
            @Override
            double next(RandomGenerator random, double mean, double before) {
                return mean + (random.nextDouble() - 0.5) * 1.8;
            }
        },
        /** Large after large, small after small: only the mean knows nothing of what came before. */
        CLUSTERED {
            @Override
            double next(RandomGenerator random, double mean, double before) {
                boolean large = Math.abs(before - mean) > 0.3 ? random.nextInt(10) > 0 : random.nextInt(10) == 0;
                return mean + (random.nextBoolean() ? 1 : -1) * (large ? 0.9 : 0.1);
            }
        };

        abstract double next(RandomGenerator random, double mean, double before);
    }

    @ParameterizedTest
    @EnumSource
    void scoresThatAreNotWorseAreSeldomFoundToBe(Shape shape) {
        assertThat(found(shape, 0, Verdict.WORSE)).isLessThanOrEqualTo((int) (RATE * RUNS));
    }

    @ParameterizedTest
    @EnumSource
    void scoresAtTheMarginSeldomHold(Shape shape) {
        assertThat(found(shape, MARGIN, Verdict.HOLDS)).isLessThanOrEqualTo((int) (RATE * RUNS));
    }

    @ParameterizedTest
    @EnumSource
    void bothAreFoundInTheEnd(Shape shape) {
        assertThat(found(shape, 0, Verdict.HOLDS)).as("not worse").isGreaterThan((int) (0.9 * RUNS));
        assertThat(found(shape, MARGIN, Verdict.WORSE)).as("worse").isGreaterThan((int) (0.9 * RUNS));
    }

    /** In how many runs the verdict was ever this, of so many looks. */
    private static int found(Shape shape, double mean, Verdict verdict) {
        SplittableRandom random = new SplittableRandom(7);
        int count = 0;
        for (int run = 0; run < RUNS; run++) {
            count += isFound(shape, mean, verdict, random) ? 1 : 0;
        }
        return count;
    }

    private static boolean isFound(Shape shape, double mean, Verdict verdict, RandomGenerator random) {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        double score = 0;
        for (int i = 0; i < LONGEST && test.verdict() != Verdict.WORSE; i++) {
            score = shape.next(random, mean, score);
            bet(test, score);
            if (test.verdict() == verdict) {
                return true;
            }
        }
        return false;
    }

    private static void bet(SequentialTest test, double score) {
        test.add(score);
        test.look();
    }

    /** However many there are: they may all have waited for the same pause. */
    @Test
    void scoresOfOneLookAreOneBet() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        for (int i = 0; i < 1000; i++) {
            test.add(1);
        }
        test.look();
        assertThat(test.verdict()).isEqualTo(Verdict.UNDECIDED);
        SequentialTest one = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        bet(one, 1);
        assertThat(test.status(Signal.ERRORS).worse())
                .isEqualTo(one.status(Signal.ERRORS).worse());
        assertThat(test.status(Signal.ERRORS).pairs()).isEqualTo(1000);
        assertThat(test.looks()).isEqualTo(1);
    }

    /** What fails at once fails alone, what succeeds is answered in batches; each failure of one side has one of the other. */
    @Test
    void loneFailuresAmongSuccessesInBunchesAreNotWorse() {
        assertThat(found(Verdict.WORSE, (test, random) -> {
                    if (random.nextBoolean()) {
                        add(test, 1, 1);
                    } else {
                        add(test, BUNCH - 1, 0);
                        add(test, 1, -1);
                    }
                }))
                .isLessThanOrEqualTo((int) (RATE * RUNS));
    }

    /** One lone -1 for each bunch, of whose scores three or four are 1: the margin's share of all 21. */
    @Test
    void failuresInBunchesAmongLoneSuccessesSeldomHold() {
        assertThat(found(Verdict.HOLDS, (test, random) -> {
                    if (random.nextBoolean()) {
                        add(test, 1, -1);
                    } else {
                        int failures = random.nextInt(10) == 0 ? 4 : 3;
                        add(test, failures, 1);
                        add(test, BUNCH - failures, 0);
                    }
                }))
                .isLessThanOrEqualTo((int) (RATE * RUNS));
    }

    /** Gathers the scores of a look. */
    private interface Scores {
        void gather(SequentialTest test, RandomGenerator random);
    }

    /** In how many runs the verdict was ever this, of so many looks. */
    private static int found(Verdict verdict, Scores scores) {
        SplittableRandom random = new SplittableRandom(7);
        int count = 0;
        for (int run = 0; run < RUNS; run++) {
            SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
            boolean found = false;
            for (int i = 0; i < LONGEST && !found && test.verdict() != Verdict.WORSE; i++) {
                scores.gather(test, random);
                test.look();
                found = test.verdict() == verdict;
            }
            count += found ? 1 : 0;
        }
        return count;
    }

    private static void add(SequentialTest test, int count, double score) {
        for (int i = 0; i < count; i++) {
            test.add(score);
        }
    }

    @Test
    void theMeanThatIsShownIsThatOfTheScores() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        bet(test, 1);
        add(test, 9, 0);
        test.look();
        assertThat(test.status(Signal.ERRORS).meanScore()).isEqualTo(0.1);
    }

    /** As much again of it as would be worth a bet at any time. */
    @Test
    void aLookIsABetOfAsMuchAsItsShareOfTheLargest() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        add(test, BUNCH, 0);
        test.look();
        bet(test, 1);
        Wager wager = new Wager(1);
        wager.gain(0);
        wager.gain(1.0 / BUNCH);
        double begun = 0.5;
        assertThat(test.status(Signal.ERRORS).worse()).isEqualTo(begun + (1 - begun) * wager.capital());
    }

    /** Who was given a thousand answers at once after a pause is not judged by that for the rest of the step. */
    @Test
    void aLargeLookIsForgottenInTheEnd() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        add(test, 1000, 0);
        test.look();
        for (int i = 1; i < 300; i++) {
            bet(test, 1);
        }
        assertThat(test.verdict()).as("while it is known").isEqualTo(Verdict.UNDECIDED);
        for (int i = 300; i < 620; i++) {
            bet(test, 1);
        }
        assertThat(test.verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void aLookAtNothingIsNone() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        for (int i = 0; i < 10_000; i++) {
            test.look();
        }
        assertThat(test.looks()).isZero();
        assertThat(test.verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    @Test
    void nothingIsFoundWithoutScores() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        assertThat(test.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(test.status(Signal.ERRORS))
                .isEqualTo(
                        new SignalStatus(Signal.ERRORS, Verdict.UNDECIDED, 0, 0, 0, MARGIN, 1, 1 / RATE, 1, 1 / RATE));
    }

    @Test
    void theWorstScoreDoesNotEndTheBetting() {
        Wager wager = new Wager(1);
        wager.gain(-1);
        assertThat(wager.capital()).isGreaterThan(0.5).isLessThan(1);
        for (int i = 0; i < 100; i++) {
            wager.gain(1);
        }
        assertThat(wager.capital()).isGreaterThan(1e6);
    }

    @Test
    void whatWasFarFromWorseForLongIsSoonFoundToHaveBecomeIt() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        for (int i = 0; i < 50_000; i++) {
            bet(test, -1);
        }
        assertThat(test.verdict()).isEqualTo(Verdict.HOLDS);
        long before = test.looks();
        while (test.verdict() != Verdict.WORSE) {
            bet(test, 1);
        }
        assertThat(test.looks() - before).isLessThan(100);
    }

    @Test
    void whatIsFoundWorseStaysSo() {
        SequentialTest test = new SequentialTest(-1, 1, MARGIN, RATE, RATE);
        for (int i = 0; i < 20; i++) {
            bet(test, 1);
        }
        assertThat(test.verdict()).isEqualTo(Verdict.WORSE);
        long looks = test.looks();
        for (int i = 0; i < 1000; i++) {
            bet(test, -1);
        }
        assertThat(test.verdict()).isEqualTo(Verdict.WORSE);
        assertThat(test.looks()).isEqualTo(looks);
    }
}
