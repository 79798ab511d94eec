package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is let in under four times the load that can be served, where runs take longer for a while now and then. */
class ObjectiveMarginTest {
    private static final long MS = 1_000_000;
    private static final long OBJECTIVE = 50 * MS;
    private static final int BATCH = 64;
    private static final int LEARNING = 1_000;
    private static final int RUNS = 5_000;
    private static final long BETWEEN_ARRIVALS = 40_000;

    private final ExecutionTimes times = new ExecutionTimes(BATCH);
    private Admission admission = admission(99);
    private final ArrayDeque<FakeRequest> queue = new ArrayDeque<>();
    private final Random random = new Random(1);
    private int answered;
    private int late;
    private long nextArrival;

    ObjectiveMarginTest() {
        for (int round = 0; round < 50; round++) {
            for (int rows = 1; rows <= BATCH; rows *= 2) {
                times.observe(rows, usual(rows));
            }
        }
        times.trust().confirmed(0, 0);
    }

    private Admission admission(double percentile) {
        return new Admission(
                SchedulerSettings.window(BATCH, List.of(), 0).withObjective(OBJECTIVE, percentile), times, 1);
    }

    private static long usual(int rows) {
        return 2 * MS + rows * MS / 10;
    }

    @ParameterizedTest
    @CsvSource({"2, 100, 20", "2, 400, 20", "3, 1000, 10", "1.5, 200, 40"})
    void spellsOfSlowRunsMakeNoMoreThanOneInAHundredLateAndLeaveRunsFull(double slowness, int every, int lasting) {
        long now = 0;
        for (int run = 0; run < LEARNING; run++) {
            now = run(run % every < lasting ? slowness : 1, now);
        }
        answered = 0;
        late = 0;
        for (int run = 0; run < RUNS; run++) {
            now = run(run % every < lasting ? slowness : 1, now);
        }

        assertThat((double) late / answered).isLessThan(0.013);
        assertThat(answered).isGreaterThan(RUNS * BATCH * 95 / 100);
    }

    @Test
    void asManyMayBeLateAsThePercentileSays() {
        admission = admission(95);
        long now = 0;
        for (int run = 0; run < LEARNING + RUNS; run++) {
            now = run(run % 100 < 20 ? 2 : 1, now);
        }

        assertThat((double) late / answered).isBetween(0.035, 0.065);
    }

    @Test
    void theMarginGoesWithItsCause() {
        long now = 0;
        for (int run = 0; run < LEARNING; run++) {
            now = run(run % 100 < 20 ? 2 : 1, now);
        }
        int margined = queue.size();
        for (int run = 0; run < LEARNING; run++) {
            now = run(1, now);
        }

        assertThat(queue.size()).isGreaterThan(3 * margined / 2);
    }

    /** What waits runs, and requests go on arriving meanwhile; when it ends. */
    private long run(double slowness, long now) {
        List<FakeRequest> batch = new ArrayList<>();
        while (batch.size() < BATCH && !queue.isEmpty()) {
            batch.add(queue.remove());
            admission.left(1, 1);
        }
        boolean crowded = !queue.isEmpty();
        int rows = Math.max(1, batch.size());
        long took = (long) (usual(rows) * slowness * Math.exp(0.1 * random.nextGaussian()));
        long end = now + took;
        for (; nextArrival < end; nextArrival += BETWEEN_ARRIVALS) {
            if (admission.enter(1, 1, Waiting.NO_DEADLINE, nextArrival) == null) {
                queue.add(FakeRequest.at(nextArrival));
            }
        }
        times.observe(rows, took);
        times.trust().confirmed(took, end);
        admission.completed(rows, took, crowded ? 1 : 0, !queue.isEmpty(), end);
        admission.answered(batch, crowded, end);
        count(batch, end);
        return end;
    }

    private void count(List<FakeRequest> batch, long end) {
        answered += batch.size();
        for (FakeRequest each : batch) {
            if (end - each.enqueuedNanos() > Admission.PLANNED * OBJECTIVE) {
                late++;
            }
        }
    }
}
