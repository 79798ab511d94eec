package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is turned away by what waits ahead, where a run's work is counted in more than its rows. */
class AdmissionTest {
    private static final long MS = 1_000_000;
    private static final long NOW = 5_000 * MS;

    /** Runs of 2 ms and 2 us a unit. */
    private final ExecutionTimes times = new ExecutionTimes(8192);

    AdmissionTest() {
        for (int round = 0; round < 50; round++) {
            for (long units = 1; units <= 8192; units *= 2) {
                times.observe(units, 2 * MS + 2_000 * units);
            }
        }
        times.trust().confirmed(0, NOW);
    }

    @Test
    void aFullBatchOfLongRowsIsWhatSuchRunsTookAlong() {
        Admission admission = new Admission(SchedulerSettings.window(32, List.of(), 0), times, 1);
        admission.completed(4096, times.expectedNanos(4096), 1, true, NOW);
        enter(admission, 1, 4096);
        enter(admission, 1, 4096);

        assertThat(refusal(admission, 1, 100 * MS)).isNull();
        assertThat(refusal(admission, 1, 15 * MS)).extracting(Refusal::reason).isEqualTo(Refusal.Reason.TOO_MUCH_AHEAD);
    }

    @Test
    void requestsThatRunAloneAreCountedAsRunsAndNotAsRows() {
        Admission admission = new Admission(SchedulerSettings.unbatched(200), times, 1);
        admission.completed(200, times.expectedNanos(200), 1, true, NOW);
        enter(admission, 1, 200);

        assertThat(refusal(admission, 1, 20 * MS)).isNull();
    }

    @Test
    void shortRunsOfALowerLevelSayNothingOfAHigherOne() {
        SchedulerSettings settings =
                SchedulerSettings.window(64, List.of(), 0).withLevels(Collections.nCopies(2, QueuePolicy.UNBOUNDED), 1);
        Admission admission = new Admission(settings, times, 1);
        admission.completed(2, times.expectedNanos(2), 2, true, NOW);
        enter(admission, 1, 64);

        assertThat(refusal(admission, 1, 20 * MS)).isNull();
        assertThat(refusal(admission, 2, 20 * MS)).extracting(Refusal::reason).isEqualTo(Refusal.Reason.TOO_MUCH_AHEAD);
    }

    /** What was learned from small requests is off by a factor of hundreds for large ones: it is learned once, not twice. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 10, 30, 100})
    void runsThatTakeFarLongerThanWasLearnedAreNoReasonToRefuseWhatHasTime(int runs) {
        SchedulerSettings settings = SchedulerSettings.window(1, List.of(), 0);
        ExecutionTimes learned = new ExecutionTimes(1);
        for (int run = 0; run < 100; run++) {
            learned.seed(1, 5_000);
        }
        Admission admission = new Admission(settings, learned, 1);
        for (int waiting = 0; waiting < 64; waiting++) {
            enter(admission, 1, 1);
        }
        long now = NOW;
        admission.completed(1, 5_000, 1, true, now);
        for (int run = 0; run < runs; run++) {
            now += 2 * MS;
            learned.observe(1, 2 * MS);
            learned.trust().confirmed(2 * MS, now);
            admission.completed(1, 2 * MS, 1, true, now);
        }

        assertThat(admission.enter(1, 1, now + 1_000 * MS, now)).isNull();
    }

    /** The model's runs are short and another model's long ones go in between: that is what the wait is made of. */
    @Test
    void theTurnsOfOthersCountAndOneLongPauseDoesNot() {
        SchedulerSettings settings = SchedulerSettings.window(1, List.of(), 0);
        ExecutionTimes learned = new ExecutionTimes(1);
        Admission admission = new Admission(settings, learned, 1);
        long now = NOW;
        for (int run = 0; run < 300; run++) {
            now += run == 250 ? 8_000 * MS : 10 * MS;
            learned.observe(1, MS);
            learned.trust().confirmed(MS, now);
            admission.completed(1, MS, 1, true, now);
            if (run >= 100) {
                assertThat(wait(admission, now)).as("run %d", run).isBetween(40 * 10 * MS, 2 * 40 * 10 * MS);
            }
        }
    }

    /** Small runs that something else than runs keeps apart say nothing of how far apart large ones are. */
    @Test
    void aPauseBetweenShortRunsIsNotStretchedToLongOnes() {
        ExecutionTimes learned = new ExecutionTimes(64);
        for (int round = 0; round < 50; round++) {
            for (int rows = 1; rows <= 64; rows *= 2) {
                learned.observe(rows, MS * rows);
            }
        }
        Admission admission = new Admission(SchedulerSettings.window(64, List.of(), 0), learned, 1);
        long now = NOW;
        for (int run = 0; run < 100; run++) {
            now += 50 * MS;
            learned.trust().confirmed(MS, now);
            admission.completed(1, MS, 0, true, now);
        }

        assertThat(wait(admission, now)).isBetween((40 + 50) * MS, 2 * (64 + 50) * MS);
    }

    /** Else nobody is let in, runs stay of one row, and what larger ones take is never learned. */
    @Test
    void howFarALargeRunMayBeOffIsNoReasonToRefuseTheSecondOfASmallOne() {
        Random random = new Random(1);
        ExecutionTimes learned = new ExecutionTimes(64);
        for (int run = 0; run < 200; run++) {
            learned.observe(64, spread(random, 30 * MS));
        }
        for (int run = 0; run < 200; run++) {
            learned.observe(1, spread(random, MS));
        }
        Admission admission = new Admission(SchedulerSettings.window(64, List.of(), 0), learned, 1);
        learned.trust().confirmed(MS, NOW);
        admission.completed(1, MS, 0, true, NOW);
        enter(admission, 1, 1);

        assertThat(refusal(admission, 1, 10 * MS)).isNull();
    }

    private static long spread(Random random, long nanos) {
        return (long) (nanos * Math.exp(0.3 * random.nextGaussian()));
    }

    /** Instances that wait for their turns take no longer once they run. */
    @Test
    void moreInstancesThanSlotsDoNotLengthenARun() {
        ExecutionTimes learned = new ExecutionTimes(1);
        Admission admission = new Admission(SchedulerSettings.window(1, List.of(), 0), learned, 4);
        long now = NOW;
        for (int run = 0; run < 1000; run++) {
            now += 10 * MS;
            learned.observe(1, 10 * MS);
            learned.trust().confirmed(10 * MS, now);
            admission.completed(1, 10 * MS, 1, true, now);
        }

        // The one that runs, the one that waits, its own.
        assertThat(wait(admission, 1, now)).isBetween(30 * MS, 35 * MS);
    }

    private static long wait(Admission admission, long now) {
        return wait(admission, 40, now);
    }

    /** The least time within which one more request is let in while {@code ahead} wait, to a millisecond. */
    private static long wait(Admission admission, int ahead, long now) {
        for (int waiting = 0; waiting < ahead; waiting++) {
            assertThat(admission.enter(1, 1, Waiting.NO_DEADLINE, now)).isNull();
        }
        long within = MS;
        while (admission.enter(1, 1, now + within, now) != null) {
            within += MS;
        }
        for (int waiting = 0; waiting <= ahead; waiting++) {
            admission.left(1, 1);
        }
        return within;
    }

    private static void enter(Admission admission, int level, long work) {
        assertThat(admission.enter(level, work, Waiting.NO_DEADLINE, NOW)).isNull();
    }

    private static @Nullable Refusal refusal(Admission admission, int level, long within) {
        return admission.enter(level, 1, NOW + within, NOW);
    }
}
