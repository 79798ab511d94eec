package dev.tern.server.batching;

import static dev.tern.server.batching.Rig.answer;
import static dev.tern.server.batching.Rig.dynamic;
import static dev.tern.server.batching.Rig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.batching.policy.QueuePolicy;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a run whose callers have gone means to the others: to the admission, to what is learned, to the order. */
class GoneCallersTest {
    private static final long MILLI = 1_000_000;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Rig rig = new Rig();

    /** What happens during the next runs, one after another. */
    private final Queue<Runnable> meanwhile = new ArrayDeque<>();

    private final FakeInstance instance = new FakeInstance(this::run);

    private List<List<Tensor>> run(List<BatchItem> batch) {
        Objects.requireNonNullElse(meanwhile.poll(), () -> {}).run();
        return FakeInstance.answerInputs(batch);
    }

    @Test
    void aRunThatWasEndedTeachesNothing() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        RecordingReply late = send(batching, FakeCall.until(rig.start + 10 * MILLI), 1);
        meanwhile.add(() -> rig.clock.advance(10 * MILLI));
        rig.line.runAll();
        assertThat(late.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        RecordingReply hurried = send(batching, FakeCall.until(rig.clock.nanoTime() + MILLI), 2);
        rig.line.runAll();
        assertThat(answer(hurried)).containsExactly(2);
        assertThat(batching.queued()).isZero();
        batching.close();
    }

    @Test
    void aRunThatWentOnForOthersTeachesWhatItTook() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        send(batching, FakeCall.until(rig.start + MILLI), 1);
        send(batching, 2);
        meanwhile.add(() -> rig.clock.advance(10 * MILLI));
        rig.line.runAll();
        RecordingReply hurried = send(batching, FakeCall.until(rig.clock.nanoTime() + MILLI), 3);
        assertThat(hurried.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(rig.observed.left).containsExactly(Refusal.Reason.DEADLINE_TOO_CLOSE);
        batching.close();
    }

    @Test
    void aRunThatHangsLeavesNothingCountedAsWaiting() {
        Batching batching =
                rig.batching(dynamic(4, 0).withLevels(List.of(QueuePolicy.UNBOUNDED.withMaxQueueSize(2)), 1), instance);
        send(batching, FakeCall.until(rig.start + MILLI), 1);
        send(batching, FakeCall.until(rig.start + MILLI), 2);
        meanwhile.add(() -> {
            rig.clock.advance(MILLI + Watch.GRACE_NANOS);
            assertThat(batching.queued()).isZero();
            RecordingReply next = send(batching, 3);
            RecordingReply nextButOne = send(batching, 4);
            rig.line.runAll();
            assertThat(answer(next)).containsExactly(3);
            assertThat(answer(nextButOne)).containsExactly(4);
        });
        rig.line.runAll();
        assertThat(batching.queued()).isZero();
        batching.close();
    }

    @Test
    void aTimeoutInTheQueueIsThatOfTheOneRequestAlone() {
        QueuePolicy policy = new QueuePolicy(TimeoutAction.REJECT, MILLI, false, 0);
        Batching batching = rig.batching(dynamic(4, 10 * MILLI).withLevels(List.of(policy), 1), instance);
        RecordingReply reply = send(batching, 1);
        rig.clock.advance(2 * MILLI);
        rig.line.runAll();

        assertThat(reply.failure().message()).isEqualTo("Request timeout expired");
        assertThat(reply.failure().itsOwn())
                .as("who waits for the same answer may have time left")
                .isTrue();
        batching.close();
    }

    @Test
    void whoHasGoneHoldsUpNobodyInTheOrder() {
        Batching batching = rig.batching(ordered(), instance, FakeInstance.echo());
        FakeCall call = FakeCall.patient();
        RecordingReply first = send(batching, call, 1);
        meanwhile.add(() -> {
            RecordingReply second = send(batching, 2);
            rig.line.runAll();
            assertThat(second.isAnswered()).as("before the first").isFalse();
            call.cancel();
            assertThat(answer(second)).containsExactly(2);
            assertThat(first.isAnswered()).as("its run goes on").isFalse();
        });
        rig.line.runAll();
        assertThat(first.failure().kind()).isEqualTo(Kind.CANCELLED);
        RecordingReply third = send(batching, 3);
        rig.line.runAll();
        assertThat(answer(third)).containsExactly(3);
        batching.close();
    }

    private static SchedulerSettings ordered() {
        return dynamic(1, 0).withOrdering(true);
    }
}
