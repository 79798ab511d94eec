package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.batching.policy.ServerModel.Fixed;
import java.util.Arrays;
import java.util.function.LongBinaryOperator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The adaptive mode against fixed windows, on arrivals that it was not trained on. */
class AdaptiveWindowTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final int MAX = 64;
    private static final LongBinaryOperator RUN = ServerModel.affine(MILLISECOND, 50_000);
    private static final AdaptiveSettings LEAST_LATENCY = new AdaptiveSettings(0, 99);
    private static final double[] DELAYS_MS = {0, 0.25, 0.5, 1, 2, 5, 10};
    private static final int[] PREFERRED = {0, 4, 8, 16, 32, 64};
    private static final int ARRIVALS = 30_000;

    private static double capacity(int instances) {
        return instances * MAX * 1e9 / RUN.applyAsLong(MAX, 0);
    }

    /** The adaptive mode after some seconds of other arrivals of the same kind. */
    private static Adaptive trained(AdaptiveSettings settings, int instances, long[] arrivals) {
        Adaptive adaptive = new Adaptive(settings, MAX, instances);
        new ServerModel(instances, MAX, RUN, adaptive).open(arrivals);
        return adaptive;
    }

    private static ServerModel serve(int instances, ServerModel.Rule rule, long[] arrivals) {
        return new ServerModel(instances, MAX, RUN, rule).open(arrivals);
    }

    private static long p99(ServerModel server) {
        return server.percentile(99, 0, Long.MAX_VALUE);
    }

    private static long bestFixed(int instances, long[] arrivals) {
        return Arrays.stream(DELAYS_MS)
                .mapToLong(delay -> Arrays.stream(PREFERRED)
                        .mapToLong(size ->
                                p99(serve(instances, new Fixed((long) (delay * MILLISECOND), size), arrivals)))
                        .min()
                        .orElseThrow())
                .min()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"1, 0.3", "1, 0.6", "1, 0.9", "4, 0.3", "4, 0.6", "4, 0.9"})
    void isNoWorseThanTheBestFixedWindow(int instances, double load) {
        double rate = load * capacity(instances);
        Adaptive adaptive = trained(LEAST_LATENCY, instances, ServerModel.poisson(rate, ARRIVALS, 1));
        long[] fresh = ServerModel.poisson(rate, ARRIVALS, 2);
        Plan plan = adaptive.window.status().plan();

        long reached = p99(serve(instances, new Follow(plan), fresh));

        assertThat(reached / (double) bestFixed(instances, fresh))
                .as("with %s", plan)
                .isLessThanOrEqualTo(1.01);
        assertThat(adaptive.window.status().predictedNanos()).isCloseTo(reached, Percentage.withPercentage(15));
    }

    @ParameterizedTest
    @CsvSource({"1, 0.05", "1, 0.3", "2, 0.3", "4, 0.05"})
    void waitsForBurstsToEnd(int instances, double load) {
        double rate = load * capacity(instances);
        long length = MILLISECOND / 2;
        Adaptive adaptive = trained(LEAST_LATENCY, instances, ServerModel.bursts(rate, 32, length, ARRIVALS, 1));
        long[] fresh = ServerModel.bursts(rate, 32, length, 4 * ARRIVALS, 2);
        Plan plan = adaptive.window.status().plan();

        long reached = p99(serve(instances, new Follow(plan), fresh));

        assertThat(plan.windowNanos()).isPositive();
        assertThat(reached).as("with %s", plan).isLessThan(p99(serve(instances, new Fixed(0, 0), fresh)));
        long byHand = p99(serve(instances, new Fixed(length, 32), fresh));
        assertThat(reached / (double) byHand).as("with %s", plan).isLessThanOrEqualTo(1.02);
    }

    @ParameterizedTest
    @CsvSource({"0", "10"})
    void doesNotWaitWhenLittleComes(long objectiveMillis) {
        AdaptiveSettings settings = new AdaptiveSettings(objectiveMillis * MILLISECOND, 99);
        Adaptive adaptive = trained(settings, 1, ServerModel.poisson(0.01 * capacity(1), 2_000, 1));

        assertThat(adaptive.window.status().plan()).isEqualTo(new Plan(1, 0, MAX));
    }

    @ParameterizedTest
    @CsvSource({"0.3", "0.6", "0.8"})
    void holdsAnObjectiveAtTheHighestThroughput(double load) {
        long objective = 10 * MILLISECOND;
        double rate = load * capacity(1);
        Adaptive adaptive = trained(new AdaptiveSettings(objective, 99), 1, ServerModel.poisson(rate, ARRIVALS, 1));
        long[] fresh = ServerModel.poisson(rate, ARRIVALS, 2);
        Plan plan = adaptive.window.status().plan();

        ServerModel reached = serve(1, new Follow(plan), fresh);

        assertThat(p99(reached)).as("with %s", plan).isLessThanOrEqualTo(objective);
        double best = Arrays.stream(DELAYS_MS)
                .mapToObj(delay -> serve(1, new Fixed((long) (delay * MILLISECOND), MAX), fresh))
                .filter(server -> p99(server) <= objective)
                .mapToDouble(ServerModel::busyNanosPerRow)
                .min()
                .orElseThrow();
        assertThat(reached.busyNanosPerRow() / best)
                .as("execution time per row")
                .isLessThan(1.05);
        assertThat(best).isLessThan(serve(1, new Fixed(0, 0), fresh).busyNanosPerRow());
    }

    @ParameterizedTest
    @CsvSource({"2, 50000", "8, 50000", "8, 1000000", "50, 100000", "64, 100000"})
    void callersWhoWaitForAnswersAreGatheredButNeverWaitedForInVain(int callers, long think) {
        long end = 4 * SECOND;
        Adaptive adaptive = new Adaptive(LEAST_LATENCY, MAX, 1);
        int reached = new ServerModel(1, MAX, RUN, adaptive)
                .closed(callers, think, end)
                .answersBetween(end / 2, end);
        int immediate = new ServerModel(1, MAX, RUN, new Fixed(0, 0))
                .closed(callers, think, end)
                .answersBetween(end / 2, end);

        assertThat(reached / (double) immediate)
                .as("with %s", adaptive.window.status())
                .isGreaterThan(think < MILLISECOND ? 1.15 : 1.0);
    }

    @Test
    void recoversWithinSecondsWhenRunsTakeTwiceAsLong() {
        long change = 5 * SECOND;
        LongBinaryOperator slowing = (rows, now) -> RUN.applyAsLong(rows, now) * (now < change ? 1 : 2);
        long objective = 20 * MILLISECOND;
        Adaptive adaptive = new Adaptive(new AdaptiveSettings(objective, 99), MAX, 1);
        long[] arrivals = ServerModel.poisson(0.35 * capacity(1), 55_000, 1);
        ServerModel server = new ServerModel(1, MAX, slowing, adaptive).open(arrivals);

        assertThat(arrivals[arrivals.length - 1]).isGreaterThan(2 * change);
        assertThat(adaptive.curveRightAt(RUN, 2, change)).isBetween(change, change + SECOND);
        assertThat(server.percentile(99, change + SECOND, 2 * change)).isLessThanOrEqualTo(objective);
        assertThat(adaptive.window.status().plan().windowNanos()).isPositive();
    }

    @Test
    void aPlanIsOnlyForItsTime() {
        Adaptive adaptive = trained(LEAST_LATENCY, 4, ServerModel.poisson(0.6 * capacity(4), ARRIVALS, 1));
        long now = adaptive.last;

        assertThat(adaptive.window.plan(now).windowNanos()).isPositive();
        assertThat(adaptive.window.plan(now + 10 * SECOND)).isEqualTo(new Plan(1, 0, MAX));
        assertThat(adaptive.window.due(now + 10 * SECOND)).isTrue();
        adaptive.window.replan(now + 10 * SECOND);
        assertThat(adaptive.window.plan(now + 10 * SECOND)).isEqualTo(new Plan(1, 0, MAX));
    }

    @Test
    void isNotDueWhileAPlanIsWorkedOut() {
        AdaptiveWindow window = trained(LEAST_LATENCY, 1, ServerModel.poisson(5_000, ARRIVALS, 1)).window;
        long later = 100 * SECOND;
        window.arrived(1, later);
        assertThat(window.due(later)).isTrue();

        window.prepare(later);
        window.arrived(1, later);
        assertThat(window.due(later + 100 * SECOND)).isFalse();
        window.evaluate();
        window.adopt();
        assertThat(window.due(later + 100 * SECOND)).isTrue();
    }

    @Test
    void aPlanIsWorkedOutInTurns() {
        long[] arrivals = ServerModel.poisson(0.6 * capacity(4), ARRIVALS, 1);
        AdaptiveWindow atOnce = trained(LEAST_LATENCY, 4, arrivals).window;
        AdaptiveWindow inTurns = trained(LEAST_LATENCY, 4, arrivals).window;
        long now = arrivals[ARRIVALS - 1] + SECOND;

        atOnce.replan(now);
        inTurns.prepare(now);
        inTurns.evaluate();
        inTurns.adopt();
        int turns = 1;
        assertThat(inTurns.due(now)).as("at the same instant").isFalse();
        for (long later = now; inTurns.due(later += 20 * MILLISECOND); turns++) {
            inTurns.prepare(later);
            inTurns.evaluate();
            inTurns.adopt();
        }

        assertThat(turns).isGreaterThan(3);
        assertThat(inTurns.status()).isEqualTo(atOnce.status());
    }

    @Test
    void keepsItsPlanWhileNothingChanges() {
        Adaptive adaptive = new Adaptive(LEAST_LATENCY, MAX, 4);
        new ServerModel(4, MAX, RUN, adaptive).open(ServerModel.poisson(0.6 * capacity(4), 4 * ARRIVALS, 1));

        assertThat(adaptive.plansSeen).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void settingsSayWhatIsWrong() {
        assertThatThrownBy(() -> new AdaptiveSettings(-1, 99)).hasMessageContaining("latency objective: -1");
        assertThatThrownBy(() -> new AdaptiveSettings(0, 0)).hasMessageContaining("latency percentile: 0");
        assertThatThrownBy(() -> new AdaptiveSettings(0, 101)).hasMessageContaining("latency percentile: 101");
    }

    /** A plan that was found elsewhere. */
    private record Follow(Plan plan) implements ServerModel.Rule {
        @Override
        public long goAt(int rows, long oldest, long now) {
            return rows >= plan.rowsToWaitFor() ? now : oldest + plan.windowNanos();
        }

        @Override
        public int cap(int rows, long now) {
            return plan.maxRows();
        }
    }
}
