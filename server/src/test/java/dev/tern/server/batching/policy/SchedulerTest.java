package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.policy.Dropped.Reason;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Exact schedules: what runs together, when, and who is dropped. Times are in microseconds after the start. */
class SchedulerTest {
    private static final long US = 1_000;
    private static final QueuePolicy REJECT_100 = new QueuePolicy(TimeoutAction.REJECT, 100 * US, true, 0);
    private static final QueuePolicy DELAY_100 = new QueuePolicy(TimeoutAction.DELAY, 100 * US, true, 0);

    private final ExecutionTimes times = new ExecutionTimes(64);

    @Test
    void theHighestLevelGoesFirstAndTheLowerFillUp() {
        Scheduler<FakeRequest> scheduler = scheduler(window(2).withLevels(levels(3), 2));
        FakeRequest low = added(scheduler, request(0).level(3));
        FakeRequest middle = added(scheduler, request(1).level(2));
        FakeRequest high = added(scheduler, request(2).level(1));

        assertThat(scheduler.choose(at(3)).batch()).containsExactly(high, middle);
        assertThat(scheduler.choose(at(3)).batch()).containsExactly(low);
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void withinALevelTheOrderIsThatOfArrival() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8).withLevels(levels(2), 1));
        List<FakeRequest> all =
                List.of(added(scheduler, request(0)), added(scheduler, request(1)), added(scheduler, request(2)));

        assertThat(scheduler.choose(at(3)).batch()).isEqualTo(all);
    }

    @Test
    void aLowLevelIsNotStarvedByPriorityInversion() {
        // The low request holds the only other shape: it is passed over while higher ones wait, and leads when none do.
        Scheduler<FakeRequest> scheduler = scheduler(window(8).withLevels(levels(2), 1));
        FakeRequest low = added(scheduler, request(0).level(2).group("b"));
        FakeRequest high = added(scheduler, request(1).level(1).group("a"));

        assertThat(scheduler.choose(at(2)).batch()).containsExactly(high);
        assertThat(scheduler.choose(at(2)).batch()).containsExactly(low);
    }

    @Test
    void shapesThatDifferAreBatchedApartWithoutFlushingEachOther() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8));
        FakeRequest a1 = added(scheduler, request(0).group("a"));
        FakeRequest b1 = added(scheduler, request(1).group("b"));
        FakeRequest a2 = added(scheduler, request(2).group("a"));
        FakeRequest b2 = added(scheduler, request(3).group("b"));

        assertThat(scheduler.choose(at(4)).batch()).containsExactly(a1, a2);
        assertThat(scheduler.choose(at(4)).batch()).containsExactly(b1, b2);
    }

    @Test
    void aFreeInstanceDoesNotWaitOutAWindowWhileAnotherShapeWaits() {
        Scheduler<FakeRequest> scheduler = scheduler(SchedulerSettings.window(8, List.of(), 1_000 * US));
        FakeRequest first = added(scheduler, request(0).group("a"));
        assertThat(scheduler.choose(at(1)).lookAgainNanos()).isEqualTo(at(1_000));
        added(scheduler, request(2).group("b"));

        assertThat(scheduler.choose(at(2)).batch()).containsExactly(first);
    }

    @Test
    void theDeadlineEndsARequestAtTheInstantItPasses() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8));
        FakeRequest late = added(scheduler, request(0).deadline(at(10)));
        FakeRequest patient = added(scheduler, request(1));

        assertThat(scheduler.choose(at(10)).batch()).containsExactly(patient);
        assertThat(scheduler.takeDropped()).containsExactly(new Dropped<>(late, Reason.DEADLINE_PASSED));
    }

    @Test
    void oneNanosecondBeforeItsDeadlineARequestStillRunsWhileNothingIsLearned() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8));
        FakeRequest last = added(scheduler, request(0).deadline(at(10)));

        assertThat(scheduler.choose(at(10) - 1).batch()).containsExactly(last);
    }

    @Test
    void whoHasGoneIsNotRun() {
        Scheduler<FakeRequest> scheduler = scheduler(window(2));
        FakeRequest gone = added(scheduler, request(0));
        FakeRequest second = added(scheduler, request(1));
        FakeRequest third = added(scheduler, request(2));
        gone.go();

        assertThat(scheduler.choose(at(3)).batch()).containsExactly(second, third);
        assertThat(scheduler.takeDropped()).containsExactly(new Dropped<>(gone, Reason.GONE));
        assertThat(scheduler.takeDropped()).isEmpty();
    }

    @Test
    void whoseTimeInTheQueueIsOverIsRefused() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8).withLevels(List.of(REJECT_100), 1));
        FakeRequest timed = added(scheduler, request(0).timeout(at(100)));

        assertThat(scheduler.earliestExpiryNanos()).isEqualTo(at(100));
        scheduler.sweep(at(100) - 1);
        assertThat(scheduler.takeDropped()).isEmpty();
        scheduler.sweep(at(100));
        assertThat(scheduler.takeDropped()).containsExactly(new Dropped<>(timed, Reason.TIMED_OUT));
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void withDelayItIsServedAfterAllOthersOfItsLevelAndBeforeTheNextLevel() {
        Scheduler<FakeRequest> scheduler =
                scheduler(window(1).withLevels(List.of(DELAY_100, QueuePolicy.UNBOUNDED), 1));
        FakeRequest delayed = added(scheduler, request(0).timeout(at(100)));
        FakeRequest lower = added(scheduler, request(1).level(2));
        FakeRequest fresh = added(scheduler, request(90).timeout(at(190)));

        assertThat(scheduler.choose(at(100)).batch()).containsExactly(fresh);
        assertThat(scheduler.choose(at(100)).batch()).containsExactly(delayed);
        assertThat(scheduler.choose(at(100)).batch()).containsExactly(lower);
        assertThat(scheduler.takeDropped()).isEmpty();
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void whatIsDelayedHasNoTimeoutAnyMore() {
        Scheduler<FakeRequest> scheduler = scheduler(window(1).withLevels(List.of(DELAY_100), 1));
        added(scheduler, request(0).timeout(at(100)));
        scheduler.sweep(at(100));

        assertThat(scheduler.earliestExpiryNanos()).isEqualTo(Waiting.NO_DEADLINE);
        scheduler.sweep(at(10_000));
        assertThat(scheduler.size()).isOne();
    }

    @Test
    void aRequestThatCannotBeDoneInTimeIsDroppedBeforeItCosts() {
        Scheduler<FakeRequest> scheduler = learned(window(8));
        FakeRequest hopeless = added(scheduler, request(0).deadline(at(999)));
        FakeRequest hopeful = added(scheduler, request(0).deadline(at(5_000)));

        assertThat(scheduler.choose(at(0)).batch()).containsExactly(hopeful);
        assertThat(scheduler.takeDropped()).containsExactly(new Dropped<>(hopeless, Reason.DEADLINE_TOO_CLOSE));
    }

    @Test
    void learnedTimesAreTriedAgainAfterAWhileWithoutARun() {
        Scheduler<FakeRequest> scheduler = learned(window(8));
        long later = at(0) + Trust.LEAST_NANOS;
        FakeRequest trial = FakeRequest.at(later).deadline(later + 500 * US);
        scheduler.add(trial);

        assertThat(scheduler.choose(later).batch()).containsExactly(trial);
    }

    @Test
    void aBatchNeverGrowsBeyondItsTightestDeadline() {
        // 1 ms and 100 us a row: by 1,500 us no more than about 4 rows can be done.
        Scheduler<FakeRequest> scheduler = learned(window(64));
        for (int i = 0; i < 20; i++) {
            added(scheduler, request(0));
        }
        FakeRequest tight = added(scheduler, request(1).deadline(at(1_500)));

        List<FakeRequest> batch = scheduler.choose(at(1)).batch();
        assertThat(batch).first().isEqualTo(tight);
        assertThat(batch).hasSizeBetween(2, 5);
        assertThat(at(1) + times.likelyMaxNanos(batch.size())).isLessThanOrEqualTo(at(1_500));
        assertThat(scheduler.choose(at(1)).batch()).hasSize(21 - batch.size());
    }

    @Test
    void aLowerLevelsDeadlineTakesNobodysPlaceAbove() {
        Scheduler<FakeRequest> scheduler = learned(window(64).withLevels(levels(2), 1));
        FakeRequest high = added(scheduler, request(0).rows(20));
        FakeRequest tight = added(scheduler, request(0).level(2).deadline(at(0) + times.likelyMaxNanos(21) - 1));

        assertThat(scheduler.choose(at(0)).batch()).containsExactly(high);
        assertThat(scheduler.choose(at(0)).batch()).containsExactly(tight);
    }

    @Test
    void aBatchWhoseTightestWasDroppedIsHeldToTheNextDeadline() {
        Scheduler<FakeRequest> scheduler = learned(window(4));
        FakeRequest first = added(scheduler, request(0));
        FakeRequest hopeless = added(scheduler, request(0).deadline(at(0) + times.likelyMaxNanos(4) - 1));
        FakeRequest hurried = added(scheduler, request(0).deadline(at(0) + times.likelyMaxNanos(4) + 1));
        added(scheduler, request(0));
        FakeRequest longer = added(scheduler, request(0).length(3));

        List<FakeRequest> batch = scheduler.choose(at(0)).batch();
        assertThat(scheduler.takeDropped()).extracting(Dropped::entry).contains(hopeless);
        assertThat(batch).contains(first);
        assertThat(batch.contains(hurried) && batch.contains(longer))
                .as("together they are late: %s", batch)
                .isFalse();
    }

    @Test
    void aHigherLevelWaitsItsWindowOutThoughALowerOneCouldHardlyJoin() {
        Scheduler<FakeRequest> scheduler =
                learned(SchedulerSettings.window(8, List.of(), 5_000 * US).withLevels(levels(2), 1));
        FakeRequest first = added(scheduler, request(0).length(10));
        assertThat(times.expectedNanos(20)).isGreaterThan((long) (Interference.GUESTS * times.expectedNanos(10)));

        assertThat(scheduler.choose(at(0)).lookAgainNanos()).isEqualTo(at(5_000));
        FakeRequest second = added(scheduler, request(1_000).length(10));
        assertThat(scheduler.choose(at(1_000)).batch()).isEmpty();
        assertThat(scheduler.choose(at(5_000)).batch()).containsExactly(first, second);
    }

    @Test
    void aLowerLevelThatMayNotJoinIsNotHeldUpByTheWindow() {
        Scheduler<FakeRequest> scheduler =
                learned(SchedulerSettings.window(8, List.of(), 5_000 * US).withLevels(levels(2), 1));
        FakeRequest high = added(scheduler, request(0).length(10));
        FakeRequest low = added(scheduler, request(0).level(2).length(10));

        assertThat(scheduler.choose(at(0)).batch()).containsExactly(high);
        assertThat(scheduler.choose(at(5_000)).batch()).containsExactly(low);
    }

    @Test
    void nobodyIsDroppedWhereAllThatWaitGo() {
        Scheduler<FakeRequest> scheduler = learned(window(8));
        FakeRequest tight = added(scheduler, request(0).deadline(at(0) + times.likelyMaxNanos(8) - 1));
        for (int i = 1; i < 8; i++) {
            added(scheduler, request(0));
        }

        assertThat(scheduler.choose(at(0)).batch()).contains(tight).hasSizeLessThan(8);
        assertThat(scheduler.takeDropped()).isEmpty();
    }

    @Test
    void aBatchSaysOfWhichLevelMoreStayedBehind() {
        Scheduler<FakeRequest> scheduler = scheduler(window(2).withLevels(levels(2), 1));
        added(scheduler, request(0).level(2));
        added(scheduler, request(0).level(2));
        added(scheduler, request(0).level(2));

        assertThat(scheduler.choose(at(0)).crowdedLevel()).isEqualTo(2);
        assertThat(scheduler.choose(at(0)).crowdedLevel()).isZero();
    }

    @Test
    void timesOfLongRunsAreBelievedForLonger() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8));
        scheduler.ran(1, 1, 3_000_000 * US, at(0));
        FakeRequest hopeless = FakeRequest.at(at(2_000_000)).deadline(at(3_000_000));
        scheduler.add(hopeless);

        assertThat(scheduler.choose(at(2_000_000)).batch()).isEmpty();
        assertThat(scheduler.takeDropped()).containsExactly(new Dropped<>(hopeless, Reason.DEADLINE_TOO_CLOSE));
    }

    @Test
    void whoRunsAloneIsRunAsLongAsItUsuallyIsInTime() {
        Scheduler<FakeRequest> scheduler = scheduler(SchedulerSettings.unbatched(1));
        for (int i = 0; i < 100; i++) {
            scheduler.ran(1, 1, (i % 2 == 0 ? 1_000 : 1_500) * US, at(0));
        }
        long usual = times.expectedNanos(1);
        assertThat(times.likelyMaxNanos(1)).isGreaterThan(usual);
        FakeRequest tight = added(scheduler, request(0).deadline(at(0) + usual));
        added(scheduler, request(0));

        assertThat(scheduler.choose(at(0)).batch()).containsExactly(tight);
    }

    @Test
    void aWindowEndsEarlyForADeadline() {
        Scheduler<FakeRequest> scheduler = learned(SchedulerSettings.window(8, List.of(), 10_000 * US));
        FakeRequest request = added(scheduler, request(0).deadline(at(5_000)));

        long due = scheduler.choose(at(0)).lookAgainNanos();
        assertThat(due).isEqualTo(at(5_000) - times.likelyMaxNanos(1));
        assertThat(scheduler.choose(due).batch()).containsExactly(request);
    }

    @Test
    void aDeadlineThatComesInDuringTheWindowIsSeen() {
        Scheduler<FakeRequest> scheduler = learned(SchedulerSettings.window(8, List.of(), 10_000 * US));
        added(scheduler, request(0));
        assertThat(scheduler.choose(at(0)).lookAgainNanos()).isEqualTo(at(10_000));
        added(scheduler, request(1).deadline(at(4_000)));

        assertThat(scheduler.choose(at(1)).lookAgainNanos()).isLessThan(at(4_000) - 1_000 * US);
    }

    @Test
    void aTimeoutLetsTheOthersMakePreferredBatch() {
        Scheduler<FakeRequest> scheduler = scheduler(
                SchedulerSettings.window(8, List.of(2, 8), 10_000 * US).withLevels(List.of(REJECT_100), 1));
        added(scheduler, request(0).rows(3).timeout(at(100)));
        FakeRequest second = added(scheduler, request(0).timeout(at(200)));
        FakeRequest third = added(scheduler, request(0).timeout(at(200)));
        assertThat(scheduler.choose(at(0)).batch()).isEmpty();
        scheduler.sweep(at(100));

        assertThat(scheduler.choose(at(100)).batch()).containsExactly(second, third);
    }

    @Test
    void aWindowEndsEarlierWhenTheBatchGrows() {
        Scheduler<FakeRequest> scheduler = learned(SchedulerSettings.window(8, List.of(), 10_000 * US));
        added(scheduler, request(0).deadline(at(5_000)));
        scheduler.choose(at(0));
        added(scheduler, request(1).rows(6));

        long due = at(5_000) - times.likelyMaxNanos(7);
        assertThat(scheduler.choose(due - 1).lookAgainNanos()).isEqualTo(due);
        assertThat(scheduler.choose(due).batch()).hasSize(2);
    }

    @Test
    void aWindowEndsEarlierWhenRunsTurnOutToTakeLonger() {
        Scheduler<FakeRequest> scheduler = learned(SchedulerSettings.window(8, List.of(), 10_000 * US));
        added(scheduler, request(0).deadline(at(5_000)));
        long before = scheduler.choose(at(0)).lookAgainNanos();
        for (int i = 0; i < 50; i++) {
            scheduler.ran(1, 1, 3_000 * US, at(1));
        }

        long due = scheduler.choose(at(1)).lookAgainNanos();
        assertThat(due).isEqualTo(at(5_000) - times.likelyMaxNanos(1)).isLessThan(before);
    }

    @Test
    void paddedWorkIsLimited() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8).withMaxPaddedUnits(100));
        FakeRequest a = added(scheduler, request(0).length(20));
        FakeRequest b = added(scheduler, request(1).length(30));
        FakeRequest c = added(scheduler, request(2).length(30));
        FakeRequest d = added(scheduler, request(3).length(10));

        assertThat(scheduler.choose(at(4)).batch()).containsExactly(a, b, c);
        assertThat(scheduler.choose(at(4)).batch()).containsExactly(d);
    }

    @Test
    void workThatIsNotPaddedIsSummed() {
        SchedulerSettings settings = window(8).withMaxPaddedUnits(100).withSummedWork(true);
        Scheduler<FakeRequest> scheduler = scheduler(settings);
        FakeRequest a = added(scheduler, request(0).length(20));
        FakeRequest b = added(scheduler, request(1).length(50).rows(1));
        FakeRequest c = added(scheduler, request(2).length(5).rows(6));
        added(scheduler, request(3).length(1));

        List<FakeRequest> batch = scheduler.choose(at(4)).batch();
        assertThat(batch).containsExactly(a, b, c);
        assertThat(settings.work(batch)).isEqualTo(100);
        assertThat(window(8).work(batch)).isEqualTo(8 * 50);
    }

    @Test
    void oneLongRequestAloneMayBeMoreThanTheLimit() {
        Scheduler<FakeRequest> scheduler = scheduler(window(8).withMaxPaddedUnits(100));
        FakeRequest giant = added(scheduler, request(0).length(500));
        added(scheduler, request(1).length(10));

        assertThat(scheduler.choose(at(2)).batch()).containsExactly(giant);
    }

    @Test
    void runsOfLowerLevelsAreShortWhileHigherOnesAreInUse() {
        Scheduler<FakeRequest> scheduler = learned(window(64).withLevels(levels(2), 1));
        added(scheduler, request(0));
        assertThat(scheduler.choose(at(0)).batch()).hasSize(1);
        for (int i = 0; i < 64; i++) {
            added(scheduler, request(1).level(2));
        }

        // 1.25 times the 1,100 us of one row: no more than 3 rows more.
        int together = scheduler.choose(at(1)).batch().size();
        assertThat(together).isBetween(2, 4);
        assertThat(scheduler.choose(at(2_000_000)).batch()).hasSize(64 - together);
    }

    private static FakeRequest request(long micros) {
        return FakeRequest.at(at(micros));
    }

    private static FakeRequest added(Scheduler<FakeRequest> scheduler, FakeRequest request) {
        scheduler.add(request);
        return request;
    }

    private static long at(long micros) {
        return -3_000_000_000L + micros * US;
    }

    private static SchedulerSettings window(int max) {
        return SchedulerSettings.window(max, List.of(), 0);
    }

    private static List<QueuePolicy> levels(int count) {
        return Collections.nCopies(count, QueuePolicy.UNBOUNDED);
    }

    private Scheduler<FakeRequest> scheduler(SchedulerSettings settings) {
        return new Scheduler<>(settings, times, null);
    }

    /** A scheduler that has seen runs of 1 ms and 100 us a row. */
    private Scheduler<FakeRequest> learned(SchedulerSettings settings) {
        Scheduler<FakeRequest> scheduler = scheduler(settings);
        for (int round = 0; round < 50; round++) {
            for (int rows = 1; rows <= 64; rows *= 2) {
                scheduler.ran(1, rows, (1_000 + 100L * rows) * US, at(0));
            }
        }
        return scheduler;
    }
}
