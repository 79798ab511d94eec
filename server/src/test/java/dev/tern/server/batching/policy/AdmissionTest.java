package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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
        admission.completed(4096, 1, true, NOW);
        enter(admission, 1, 4096);
        enter(admission, 1, 4096);

        assertThat(refusal(admission, 1, 100 * MS)).isNull();
        assertThat(refusal(admission, 1, 15 * MS)).extracting(Refusal::reason).isEqualTo(Refusal.Reason.TOO_MUCH_AHEAD);
    }

    @Test
    void requestsThatRunAloneAreCountedAsRunsAndNotAsRows() {
        Admission admission = new Admission(SchedulerSettings.unbatched(200), times, 1);
        admission.completed(200, 1, true, NOW);
        enter(admission, 1, 200);

        assertThat(refusal(admission, 1, 20 * MS)).isNull();
    }

    @Test
    void shortRunsOfALowerLevelSayNothingOfAHigherOne() {
        SchedulerSettings settings =
                SchedulerSettings.window(64, List.of(), 0).withLevels(Collections.nCopies(2, QueuePolicy.UNBOUNDED), 1);
        Admission admission = new Admission(settings, times, 1);
        admission.completed(2, 2, true, NOW);
        enter(admission, 1, 64);

        assertThat(refusal(admission, 1, 20 * MS)).isNull();
        assertThat(refusal(admission, 2, 20 * MS)).extracting(Refusal::reason).isEqualTo(Refusal.Reason.TOO_MUCH_AHEAD);
    }

    private static void enter(Admission admission, int level, long work) {
        assertThat(admission.enter(level, work, Waiting.NO_DEADLINE, NOW)).isNull();
    }

    private static @Nullable Refusal refusal(Admission admission, int level, long within) {
        return admission.enter(level, 1, NOW + within, NOW);
    }
}
