package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A batch that grows while its window is open goes as soon as it is full, whatever fills it. */
class GrowingBatchTest {
    private static final long NOW = -5_000_000_000L;
    private static final SchedulerSettings WINDOW = SchedulerSettings.window(4, List.of(), 1_000);

    private final ExecutionTimes times = new ExecutionTimes(64);

    @Test
    void lowerLevelsFillIt() {
        Scheduler<FakeRequest> scheduler =
                waiting(WINDOW.withLevels(List.of(QueuePolicy.UNBOUNDED, QueuePolicy.UNBOUNDED), 1));
        scheduler.add(FakeRequest.at(NOW + 1).rows(3).level(2));
        assertThat(scheduler.choose(NOW + 1).batch()).hasSize(2);
    }

    @Test
    void paddingFillsIt() {
        Scheduler<FakeRequest> scheduler = waiting(WINDOW.withMaxPaddedUnits(100));
        scheduler.add(FakeRequest.at(NOW + 1).length(60));
        assertThat(scheduler.choose(NOW + 1).batch()).hasSize(1);
    }

    @Test
    void requestsWithoutRowsFillIt() {
        Scheduler<FakeRequest> scheduler = waiting(WINDOW);
        for (int i = 0; i < 3; i++) {
            scheduler.add(FakeRequest.at(NOW + 1).rows(0));
        }
        assertThat(scheduler.choose(NOW + 1).batch()).hasSize(4);
    }

    private Scheduler<FakeRequest> waiting(SchedulerSettings settings) {
        Scheduler<FakeRequest> scheduler = new Scheduler<>(settings, times, null);
        scheduler.add(FakeRequest.at(NOW));
        assertThat(scheduler.choose(NOW).lookAgainNanos()).isEqualTo(NOW + 1_000);
        return scheduler;
    }
}
