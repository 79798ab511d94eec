package dev.tern.server.boot.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.BatchObserver;
import dev.tern.server.batching.Batching;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.EngineException;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.Groupings;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A model whose runs take what the test says, on a clock that only its runs move. */
class MeasuredRunsTest {
    private static final long MILLI = 1_000_000;
    private static final Tensor ROW = Tensors.floats("x", Shape.of(1, 1), 7);

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final FakeClock clock = new FakeClock();
    private final ManualExecutor line = new ManualExecutor();
    private long fixedNanos = MILLI;
    private long coldNanos = 50 * MILLI;
    private int lastRows;
    private final FakeInstance instance = new FakeInstance(batch -> {
        clock.skip(fixedNanos + batch.size() * MILLI / 10 + (batch.size() == lastRows ? 0 : coldNanos));
        lastRows = batch.size();
        return FakeInstance.answerInputs(batch);
    });

    @Test
    void everySizeRunsForATenthOfTheBudget() {
        coldNanos = 0;
        long start = clock.nanoTime();
        measured(List.of(List.of(ROW)), 12);
        assertThat(instance.runSizes().stream().distinct()).containsExactly(1, 2, 4, 8, 12);
        assertThat(instance.runSizes())
                .filteredOn(size -> size == 1)
                .as("of 1.1 ms")
                .hasSize(19);
        assertThat(clock.nanoTime() - start).isBetween(100 * MILLI, 112 * MILLI);
    }

    @Test
    void quickOnesRunTwoHundredTimes() {
        coldNanos = 0;
        fixedNanos = 0;
        measured(List.of(List.of(ROW)), 1);
        assertThat(instance.runSizes()).hasSize(200);
    }

    @Test
    void aSlowModelRunsOnceMoreOnly() {
        fixedNanos = 2_000 * MILLI;
        measured(List.of(List.of(ROW)), 64);
        assertThat(instance.runSizes()).containsExactly(1);
    }

    @Test
    void sizesThatWouldTakeTooLongAreNotBegun() {
        fixedNanos = 20 * MILLI;
        coldNanos = 0;
        measured(List.of(List.of(ROW)), 64);
        assertThat(instance.runSizes())
                .as("80 ms, and 160 ms expected for the next")
                .containsExactly(1, 1, 1, 1);
    }

    @Test
    void rowsThatTheModelRefusesAreNotInsistedOn() {
        FakeInstance picky = new FakeInstance(batch -> {
            if (Tensors.floats(batch.get(0).inputs().get(0))[0] == 7) {
                throw new EngineException("expected by this test");
            }
            return FakeInstance.answerInputs(batch);
        });
        Tensor other = Tensors.floats("x", Shape.of(1, 1), 8);
        new MeasuredRuns(timing(Effort.FULL), List.of(List.of(ROW), List.of(other)), 2).runSizes(picky);
        assertThat(picky.runSizes().stream().distinct()).containsExactly(1, 2);
        assertThat(picky.runSizes()).as("one that fails, and 200 of each").hasSize(401);
        picky.close();
    }

    @Test
    void theFirstRequestIsRefusedIfItCannotBeDoneInTime() {
        Batching batching = serving(measured(List.of(List.of(ROW)), 8));
        int before = instance.runSizes().size();

        RecordingReply hopeless = send(batching, 1_000_000, 1);
        assertThat(hopeless.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(instance.runSizes()).hasSize(before);
        RecordingReply hopeful = send(batching, 2 * MILLI, 1);
        line.runAll();
        assertThat(hopeful.failed()).as("the cold runs are not counted").isFalse();
        batching.close();
    }

    @Test
    void whatWasMeasuredIsTriedASecondAfterTheFirstRefusal() {
        Batching batching = serving(measured(List.of(List.of(ROW)), 8));
        clock.advance(3_600_000 * MILLI);
        assertThat(send(batching, MILLI, 1).failed()).isTrue();
        clock.advance(999 * MILLI);
        assertThat(send(batching, MILLI, 1).failed()).isTrue();
        clock.advance(MILLI);
        fixedNanos = 0;
        RecordingReply trial = send(batching, MILLI, 1);
        line.runAll();
        assertThat(trial.failed()).isFalse();
        batching.close();
    }

    @Test
    void beforeTheEyesOfRequestsEverySizeRunsOnceMoreOnly() {
        coldNanos = 0;
        MeasuredRuns runs = new MeasuredRuns(timing(Effort.BRIEF), List.of(List.of(ROW)), 12);
        long start = clock.nanoTime();
        runs.runSizes(instance);
        assertThat(instance.runSizes()).containsExactly(1, 1, 2, 2, 4, 4, 8, 8, 12, 12);
        assertThat(clock.nanoTime() - start).isLessThan(50 * MILLI);
    }

    @Test
    void aBriefTrialEndsWithItsBudget() {
        coldNanos = 0;
        fixedNanos = 10 * MILLI;
        new MeasuredRuns(timing(Effort.BRIEF), List.of(List.of(ROW)), 64).runSizes(instance);
        assertThat(instance.runSizes())
                .as("20 ms of 50, and 40 ms expected for the next")
                .containsExactly(1, 1);
    }

    @Test
    void whatARunTakesIsSaidByItsOwnClock() {
        // A thirtieth of a core.
        RunTiming timing = new RunTiming(Effort.BRIEF, () -> clock.nanoTime() / 30);
        fixedNanos = 10 * MILLI;
        coldNanos = 300 * MILLI;
        MeasuredRuns runs = new MeasuredRuns(timing, List.of(List.of(ROW)), 1);
        runs.runSizes(instance);
        assertThat(instance.runSizes()).as("the first does not count").containsExactly(1, 1);
        Batching batching = serving(runs);
        RecordingReply reply = send(batching, MILLI / 2, 1);
        line.runAll();
        assertThat(reply.failed())
                .as("10.1 ms passed in a run, which had a core for 0.34 ms of them")
                .isFalse();
        batching.close();
    }

    private RunTiming timing(Effort effort) {
        return new RunTiming(effort, clock::nanoTime);
    }

    private MeasuredRuns measured(List<List<Tensor>> rows, int maxRows) {
        MeasuredRuns runs = new MeasuredRuns(timing(Effort.FULL), rows, maxRows);
        runs.runSizes(instance);
        return runs;
    }

    private Batching serving(MeasuredRuns runs) {
        Batching batching = new Batching(
                SchedulerSettings.window(8, List.of(), 0),
                Groupings.exact(2, "x"),
                List.of(instance),
                line::execute,
                clock,
                Failure.Kind.RESOURCE_EXHAUSTED,
                new Unobserved());
        runs.tell(batching);
        return batching;
    }

    private RecordingReply send(Batching batching, long withinNanos, float value) {
        RecordingReply reply = new RecordingReply();
        Tensor row = Tensors.floats("x", Shape.of(1, 1), value);
        batching.predict(
                new InferenceRequest(
                        "m", "", List.of(row), List.of(), Map.of(), FakeCall.until(clock.nanoTime() + withinNanos)),
                reply);
        return reply;
    }

    private static final class Unobserved implements BatchObserver {
        @Override
        public void waited(long nanos) {}

        @Override
        public void executed(int requests, int rows, long nanos, boolean succeeded) {}
    }
}
