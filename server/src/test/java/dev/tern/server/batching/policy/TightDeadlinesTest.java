package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of more requests than can be answered in time go. Runs take 1 ms and 0.1 ms a row. */
class TightDeadlinesTest {
    private static final long MS = 1_000_000;
    private static final long NOW = 5_000 * MS;

    private final ExecutionTimes times = new ExecutionTimes(64);
    private final SchedulerSettings settings = SchedulerSettings.window(64, List.of(), 0);

    TightDeadlinesTest() {
        for (int round = 0; round < 50; round++) {
            for (int rows = 1; rows <= 64; rows++) {
                times.observe(rows, MS + rows * MS / 10);
            }
        }
        times.trust().confirmed(MS, NOW);
    }

    @Test
    void oneThatHasLittleTimeGoesFirstWhereTheOthersCanWait() {
        Scheduler<FakeRequest> scheduler = new Scheduler<>(settings, times, null);
        FakeRequest tight = added(scheduler, 1.3);
        for (int i = 0; i < 10; i++) {
            added(scheduler, 4);
        }

        assertThat(scheduler.choose(NOW).batch()).first().isEqualTo(tight);
    }

    @Test
    void oneThatHasLittleTimeIsNotSavedAtTheCostOfTheOthers() {
        Scheduler<FakeRequest> scheduler = new Scheduler<>(settings, times, null);
        FakeRequest tight = added(scheduler, 1.3);
        List<FakeRequest> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(added(scheduler, 2.4));
        }

        assertThat(scheduler.choose(NOW).batch())
                .containsExactlyElementsOf(others)
                .doesNotContain(tight);
    }

    @Test
    void manyOfALowerLevelDoNotTakeThePlaceOfOneOfAHigher() {
        SchedulerSettings levels = settings.withLevels(List.of(QueuePolicy.UNBOUNDED, QueuePolicy.UNBOUNDED), 1);
        Scheduler<FakeRequest> scheduler = new Scheduler<>(levels, times, null);
        FakeRequest tight = added(scheduler, 1.3);
        for (int i = 0; i < 10; i++) {
            scheduler.add(FakeRequest.at(NOW).level(2).deadline(NOW + 24 * MS / 10));
        }

        assertThat(scheduler.choose(NOW).batch()).first().isEqualTo(tight);
    }

    private static FakeRequest added(Scheduler<FakeRequest> scheduler, double millis) {
        FakeRequest request = FakeRequest.at(NOW).deadline(NOW + (long) (millis * MS));
        scheduler.add(request);
        return request;
    }
}
