package dev.tern.server.batching.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs take twice as long from one moment on: everything that decides together, one instance, exact simulated time. */
class RecoveryTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final int MAX = 64;
    private static final long OBJECTIVE = 30 * MILLI;
    private static final long CHANGE = 10 * SECOND;
    private static final long END = 25 * SECOND;

    private final SchedulerSettings settings =
            SchedulerSettings.window(MAX, List.of(), 0).adaptive(new AdaptiveSettings(OBJECTIVE, 99));
    private final ExecutionTimes times = new ExecutionTimes(MAX);
    private final AdaptiveWindow window = new AdaptiveWindow(new AdaptiveSettings(OBJECTIVE, 99), MAX, 1, times);
    private final Scheduler<FakeRequest> scheduler = new Scheduler<>(settings, times, window);
    private final Admission admission = new Admission(settings, times, 1);
    private final List<Answer> answers = new ArrayList<>();
    private final List<Long> refusals = new ArrayList<>();
    private List<FakeRequest> running = List.of();
    private int crowdedLevel;
    private long startNanos;
    private long endNanos = Long.MAX_VALUE;
    private long lookNanos = Long.MAX_VALUE;
    private double errorAtChange;
    private double errorLater = Double.NaN;

    private record Answer(long arrived, long done) {}

    private static long runNanos(int rows, long now) {
        return (MILLI + 50_000L * rows) * (now < CHANGE ? 1 : 2);
    }

    /** Rows per second that full runs get done, as long as they take from the change on. */
    private static double capacityAfter() {
        return MAX * 1e9 / runNanos(MAX, CHANGE);
    }

    private void serve(double perSecond) {
        long[] arrivals = ServerModel.poisson(perSecond, (int) (perSecond * END / SECOND), 7);
        for (int i = 0; i < arrivals.length || !running.isEmpty(); ) {
            long arrival = i < arrivals.length ? arrivals[i] : Long.MAX_VALUE;
            long now = Math.min(arrival, Math.min(endNanos, lookNanos));
            if (now == endNanos) {
                runEnds(now);
            } else if (now == arrival) {
                arrives(now);
                i++;
            }
            turn(now);
        }
    }

    private void arrives(long now) {
        if (admission.enter(1, 1, Waiting.NO_DEADLINE, now) == null) {
            scheduler.add(FakeRequest.at(now));
        } else {
            refusals.add(now);
        }
        if (window.due(now)) {
            window.replan(now);
        }
    }

    private void runEnds(long now) {
        running.forEach(each -> answers.add(new Answer(each.enqueuedNanos(), now)));
        boolean more = !scheduler.isEmpty();
        scheduler.ran(running.size(), running.size(), now - startNanos, now);
        admission.completed(running.size(), now - startNanos, crowdedLevel, more, now);
        running = List.of();
        endNanos = Long.MAX_VALUE;
        if (now < CHANGE) {
            errorAtChange = times.meanAbsoluteError();
        } else if (now >= CHANGE + SECOND && Double.isNaN(errorLater)) {
            errorLater = times.meanAbsoluteError();
        }
    }

    private void turn(long now) {
        lookNanos = Long.MAX_VALUE;
        if (running.isEmpty() && !scheduler.isEmpty()) {
            Choice<FakeRequest> choice = scheduler.choose(now);
            running = choice.batch();
            crowdedLevel = choice.crowdedLevel();
            running.forEach(each -> admission.left(1, 1));
            if (running.isEmpty()) {
                admission.waiting();
                lookNanos = choice.lookAgainNanos();
            } else {
                startNanos = now;
                endNanos = now + runNanos(running.size(), now);
            }
        }
    }

    private long p99(long from, long to) {
        long[] latencies = answers.stream()
                .filter(each -> each.arrived >= from && each.arrived < to)
                .mapToLong(each -> each.done - each.arrived)
                .sorted()
                .toArray();
        return latencies[(int) Math.ceil(0.99 * latencies.length) - 1];
    }

    private double goodput(long from, long to) {
        return answers.stream()
                        .filter(each -> each.done >= from && each.done < to && each.done - each.arrived <= OBJECTIVE)
                        .count()
                * 1e9
                / (to - from);
    }

    /** What there is to do after the change is 60 and 85% of what can be done. */
    @ParameterizedTest
    @ValueSource(doubles = {0.6, 0.85})
    void theObjectiveIsHeldAgainAsSoonAsTheCurveIsRight(double load) {
        serve(load * capacityAfter());

        assertThat(p99(CHANGE / 2, CHANGE - SECOND)).isLessThanOrEqualTo(OBJECTIVE);
        assertThat(errorAtChange).isLessThan(0.05);
        assertThat(errorLater).as("a second later").isLessThan(0.05);
        assertThat(times.expectedNanos(8)).isBetween(runNanos(8, CHANGE) * 9 / 10, runNanos(8, CHANGE) * 11 / 10);
        for (long second = CHANGE + SECOND; second < END; second += SECOND) {
            assertThat(p99(second, second + SECOND)).as("at %d ns", second).isLessThanOrEqualTo(OBJECTIVE);
        }
        assertThat(refusals).filteredOn(at -> at > CHANGE + SECOND).hasSizeLessThan(refusalsAllowed(load));
    }

    private static int refusalsAllowed(double load) {
        return (int) (0.01 * load * capacityAfter() * (END - CHANGE) / SECOND);
    }

    /** More comes than can be done from the change on: what is let in is answered in time, and nothing is wasted. */
    @Test
    void whenTheLoadIsTooMuchTheRestIsRefused() {
        serve(1.4 * capacityAfter());

        assertThat(refusals).filteredOn(at -> at < CHANGE).isEmpty();
        assertThat(p99(CHANGE + SECOND, END - SECOND)).isLessThanOrEqualTo(OBJECTIVE);
        assertThat(goodput(CHANGE + SECOND, END - SECOND)).isGreaterThan(0.9 * capacityAfter());
    }
}
