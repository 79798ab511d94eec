package dev.tern.server.batching;

import static dev.tern.server.batching.Rig.answer;
import static dev.tern.server.batching.Rig.dynamic;
import static dev.tern.server.batching.Rig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.predict.SchedulingState.RunTime;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which requests run together, when and where. */
class BatchingTest {
    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Rig rig = new Rig();

    /** What happens during the next runs, one after another. */
    private final Queue<Runnable> meanwhile = new ArrayDeque<>();

    private final FakeInstance instance = busy();

    private FakeInstance busy() {
        return new FakeInstance(batch -> {
            Runnable next = meanwhile.poll();
            if (next != null) {
                next.run();
            }
            return FakeInstance.answerInputs(batch);
        });
    }

    @Test
    void freeInstanceTakesRequestAtOnce() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        RecordingReply reply = send(batching, 7);
        assertThat(batching.queued()).isOne();
        rig.line.runAll();
        assertThat(answer(reply)).containsExactly(7);
        assertThat(batching.queued()).isZero();
        assertThat(rig.clock.scheduled()).isZero();
    }

    @Test
    void queueBeginsWithWhatAnotherHasLearned() {
        Batching learned = rig.batching(dynamic(8, 0), instance);
        for (int i = 0; i < 20; i++) {
            for (float[] rows : new float[][] {{1}, {1, 2}, {1, 2, 3, 4}, {1, 2, 3, 4, 5, 6, 7, 8}}) {
                meanwhile.add(() -> rig.clock.advance(100_000 + 50_000 * rows.length));
                assertThat(answer(sent(learned, rows))).isEqualTo(rows);
            }
        }
        Batching next = rig.batching(dynamic(8, 0), busy());
        next.learnFrom(learned.scheduling());

        List<RunTime> curve = next.scheduling().curve();
        assertThat(curve).extracting(RunTime::units).containsExactly(1L, 2L, 3L, 4L, 6L, 8L);
        assertThat(curve).allSatisfy(each -> {
            assertThat((double) each.expectedNanos())
                    .isCloseTo(100_000 + 50_000.0 * each.units(), Percentage.withPercentage(5));
            assertThat(each.runs()).isZero();
        });
    }

    private RecordingReply sent(Batching batching, float... rows) {
        RecordingReply reply = send(batching, rows);
        rig.line.runAll();
        return reply;
    }

    @Test
    void queueBeginsWithNothingWhereNothingIsLearned() {
        Batching next = rig.batching(dynamic(8, 0), instance);
        next.learnFrom(rig.batching(dynamic(8, 0), busy()).scheduling());

        assertThat(next.scheduling().unitsPerSecond()).isZero();
    }

    @Test
    void whatArrivesDuringRunGoesTogether() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        List<RecordingReply> replies = new ArrayList<>();
        meanwhile.add(() -> {
            for (int i = 1; i <= 3; i++) {
                replies.add(send(batching, i));
            }
            // The only instance is busy: turns change nothing.
            rig.line.runAll();
            assertThat(batching.queued()).isEqualTo(3);
        });
        replies.add(send(batching, 0));
        rig.line.runAll();
        assertThat(Rig.values(instance.runs())).containsExactly(List.of(0f), List.of(1f, 2f, 3f));
        assertThat(replies).allMatch(reply -> reply.answers() == 1);
        assertThat(batching.queued()).isZero();
    }

    @Test
    void secondInstanceServesWhileFirstIsBusy() {
        FakeInstance second = busy();
        Batching batching = rig.batching(dynamic(8, 0), instance, second);
        List<RecordingReply> inner = new ArrayList<>();
        meanwhile.add(() -> {
            inner.add(send(batching, 2));
            rig.line.runAll();
            assertThat(inner.get(0).isAnswered()).isTrue();
        });
        send(batching, 1);
        rig.line.runAll();
        assertThat(instance.runSizes().size() + second.runSizes().size()).isEqualTo(2);
        assertThat(instance.runSizes()).hasSize(1);
        assertThat(answer(inner.get(0))).containsExactly(2);
    }

    @Test
    void backlogIsSpreadOverFreeInstances() {
        FakeInstance second = busy();
        Batching batching = rig.batching(dynamic(2, 0), instance, second);
        // During the first run a second runner finds the rest of the backlog in line.
        meanwhile.add(() -> assertThat(rig.line.runOne()).isTrue());
        for (int i = 0; i < 4; i++) {
            send(batching, i);
        }
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(2);
        assertThat(second.runSizes()).containsExactly(2);
    }

    @Test
    void queuesTakeTurns() {
        List<String> order = new ArrayList<>();
        Batching one = rig.batching(dynamic(1, 0), logging("one", order));
        Batching other = rig.batching(dynamic(1, 0), logging("other", order));
        for (int i = 0; i < 3; i++) {
            send(one, i);
        }
        for (int i = 0; i < 3; i++) {
            send(other, i);
        }
        rig.line.runAll();
        assertThat(order).containsExactly("one", "other", "one", "other", "one", "other");
    }

    private static FakeInstance logging(String name, List<String> order) {
        return new FakeInstance(batch -> {
            order.add(name);
            return FakeInstance.answerInputs(batch);
        });
    }

    @Test
    void windowHoldsRequestUntilItsExactEnd() {
        Batching batching = rig.batching(dynamic(8, 1_000), instance);
        RecordingReply first = send(batching, 1);
        rig.line.runAll();
        rig.clock.advance(400);
        RecordingReply second = send(batching, 2);
        rig.line.runAll();
        rig.clock.advance(599);
        rig.line.runAll();
        assertThat(instance.runs()).isEmpty();
        assertThat(rig.clock.scheduled()).as("tasks for one window").isOne();
        rig.clock.advance(1);
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(2);
        assertThat(answer(first)).containsExactly(1);
        assertThat(answer(second)).containsExactly(2);
        assertThat(rig.observed.waits).containsExactly(1_000L, 600L);
        assertThat(rig.observed.executions).containsExactly("2 requests, 2 rows, 0 ns");
    }

    @Test
    void fullBatchDoesNotWaitForTheWindow() {
        Batching batching = rig.batching(dynamic(2, 1_000), instance);
        send(batching, 1);
        rig.line.runAll();
        send(batching, 2);
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(2);
    }

    @Test
    void leftoverOfPreferredBatchWaitsItsOwnWindow() {
        Batching batching = rig.batching(dynamic(8, 1_000, 2), instance);
        send(batching, 1);
        rig.line.runAll();
        rig.clock.advance(500);
        send(batching, 2);
        send(batching, 3);
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(2);
        rig.clock.advance(999);
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(2);
        rig.clock.advance(1);
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(2, 1);
    }

    @Test
    void cancellationLetsTheOthersMakePreferredBatch() {
        Batching batching = rig.batching(dynamic(16, 1_000, 4, 16), instance);
        FakeCall call = FakeCall.patient();
        send(batching, 1);
        send(batching, call, 2, 2);
        send(batching, 3, 3, 3);
        rig.line.runAll();
        assertThat(instance.runs()).isEmpty();
        call.cancel();
        rig.line.runAll();
        assertThat(Rig.values(instance.runs())).containsExactly(List.of(1f, 3f, 3f, 3f));
    }

    @Test
    void onlyRequestsOfOneShapeGoTogether() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        RecordingReply narrow = send(batching, 1);
        RecordingReply wide = new RecordingReply();
        batching.predict(Rig.request(FakeCall.patient(), Tensors.floats("x", Shape.of(1, 2), 2, 3)), wide);
        RecordingReply otherInput = new RecordingReply();
        batching.predict(Rig.request(FakeCall.patient(), Tensors.floats("y", Shape.of(1, 2), 4, 5)), otherInput);
        RecordingReply moreInputs = new RecordingReply();
        batching.predict(
                Rig.request(
                        FakeCall.patient(),
                        Tensors.floats("y", Shape.of(1, 2), 6, 7),
                        Tensors.floats("z", Shape.of(1, 1), 8)),
                moreInputs);
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(1, 1, 1, 1);
        assertThat(answer(narrow)).containsExactly(1);
        assertThat(answer(wide)).containsExactly(2, 3);
        assertThat(answer(otherInput)).containsExactly(4, 5);
        assertThat(moreInputs.outputs()).hasSize(2);
    }

    @Test
    void requestsOfModelWithoutBatchDimensionRunAlone() {
        Batching batching = rig.batching(SchedulerSettings.unbatched(0), instance);
        RecordingReply first = send(batching, 1, 2, 3);
        RecordingReply second = send(batching, 4, 5, 6);
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(1, 1);
        assertThat(instance.runs()).allMatch(run -> run.get(0).rows() == 1);
        assertThat(answer(first)).containsExactly(1, 2, 3);
        assertThat(answer(second)).containsExactly(4, 5, 6);
    }

    @Test
    void requestsWithoutRowsAreServedAndBounded() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        List<RecordingReply> replies = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            replies.add(send(batching));
        }
        rig.line.runAll();
        assertThat(instance.runSizes()).containsExactly(4, 4, 2);
        assertThat(replies).allSatisfy(reply -> assertThat(answer(reply)).isEmpty());
    }

    @Test
    void rowsGoBackToTheirOwnersInOrderAndNeverPassTheMaximum() {
        Random random = new Random(7);
        Batching batching = rig.batching(dynamic(8, 0), instance);
        List<RecordingReply> replies = new ArrayList<>();
        List<float[]> sent = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            for (int i = random.nextInt(20); i >= 0; i--) {
                float[] values = new float[1 + random.nextInt(8)];
                for (int row = 0; row < values.length; row++) {
                    values[row] = 100 * sent.size() + row;
                }
                sent.add(values);
                replies.add(send(batching, values));
            }
            rig.line.runAll();
        }
        for (int i = 0; i < sent.size(); i++) {
            assertThat(answer(replies.get(i))).isEqualTo(sent.get(i));
        }
        List<Float> order = new ArrayList<>();
        Rig.values(instance.runs()).forEach(order::addAll);
        assertThat(order).isSorted();
        assertThat(instance.runs()).allMatch(run -> rows(run) <= 8);
        assertThat(instance.runs().size()).isLessThan(sent.size());
    }

    private static int rows(List<BatchItem> run) {
        return run.stream().mapToInt(BatchItem::rows).sum();
    }

    @Test
    void longBacklogIsServedInOrder() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        for (int i = 0; i < 1_000; i++) {
            send(batching, i);
        }
        assertThat(batching.queued()).isEqualTo(1_000);
        rig.line.runAll();
        assertThat(instance.runSizes()).hasSize(250).containsOnly(4);
        assertThat(batching.queued()).isZero();
    }
}
