package dev.tern.server.batching;

import static dev.tern.server.batching.Rig.answer;
import static dev.tern.server.batching.Rig.dynamic;
import static dev.tern.server.batching.Rig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.predict.Call;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs that nobody waits for any more, and runs that do not end: on one thread, which is in the run meanwhile. */
class TerminatingTest {
    private static final long MILLI = 1_000_000;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Rig rig = new Rig();
    private Runnable meanwhile = () -> {};
    private final FakeInstance instance = new FakeInstance(this::run);

    private List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
        Runnable now = meanwhile;
        meanwhile = () -> {};
        now.run();
        return FakeInstance.answerInputs(batch);
    }

    @Test
    void deadlineDuringTheRunEndsIt() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        RecordingReply late = send(batching, FakeCall.until(rig.start + 10 * MILLI), 1);
        meanwhile = () -> {
            rig.clock.advance(10 * MILLI - 1);
            assertThat(instance.isTerminated()).isFalse();
            rig.clock.advance(1);
            assertThat(instance.isTerminated()).isTrue();
            assertThat(late.isAnswered())
                    .as("the run may still read its inputs")
                    .isFalse();
        };
        rig.line.runAll();
        assertThat(late.failure())
                .isEqualTo(Failure.of(Kind.DEADLINE_EXCEEDED, "the request's deadline passed while the model ran"));
        assertThat(rig.observed.executions).containsExactly("terminated");
        assertThat(instance.isTerminated()).isFalse();
        assertThat(answer(sendAndRun(batching, 2))).containsExactly(2);
        batching.close();
    }

    /** What is late as it had waited is told from what is late as it ran. */
    @Test
    void aCallerWhoIsLateIsToldHowLongHisRunWentOn() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        List<Long> ran = new ArrayList<>();
        send(batching, new LateCall(rig.start + 10 * MILLI, ran), 1);
        rig.clock.advance(4 * MILLI);
        meanwhile = () -> rig.clock.advance(6 * MILLI);
        rig.line.runAll();
        assertThat(ran).containsExactly(6 * MILLI);
        batching.close();
    }

    private record LateCall(long deadlineNanos, List<Long> ran) implements Call {
        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void onDone(Runnable action) {
            // It never goes.
        }

        @Override
        public void lateInRun(long ranNanos) {
            ran.add(ranNanos);
        }
    }

    @Test
    void cancellationDuringTheRunEndsIt() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        FakeCall call = FakeCall.patient();
        RecordingReply cancelled = send(batching, call, 1);
        meanwhile = () -> {
            call.cancel();
            assertThat(instance.isTerminated()).isTrue();
        };
        rig.line.runAll();
        assertThat(cancelled.failure())
                .isEqualTo(Failure.of(Kind.CANCELLED, "the caller cancelled the request while the model ran"));
        assertThat(rig.observed.executions).containsExactly("terminated");
        assertThat(answer(sendAndRun(batching, 2))).containsExactly(2);
        batching.close();
    }

    @Test
    void runGoesOnForWhoStillWaits() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        RecordingReply late = send(batching, FakeCall.until(rig.start + MILLI), 1);
        RecordingReply patient = send(batching, 2);
        meanwhile = () -> {
            rig.clock.advance(5 * MILLI);
            assertThat(instance.isTerminated()).isFalse();
        };
        rig.line.runAll();
        assertThat(late.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(answer(patient)).containsExactly(2);
        batching.close();
    }

    @Test
    void runEndsWithItsLastCaller() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        FakeCall call = FakeCall.patient();
        send(batching, FakeCall.until(rig.start + MILLI), 1);
        send(batching, FakeCall.until(rig.start + 3 * MILLI), 2);
        send(batching, call, 3);
        meanwhile = () -> {
            rig.clock.advance(5 * MILLI);
            assertThat(instance.isTerminated()).isFalse();
            call.cancel();
            assertThat(instance.isTerminated()).isTrue();
        };
        rig.line.runAll();
        assertThat(rig.observed.executions).containsExactly("terminated");
        batching.close();
    }

    @Test
    void callerWhoVanishedIsFoundAtTheNextLook() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        FakeCall vanished = FakeCall.patient();
        RecordingReply reply = send(batching, vanished, 1);
        send(batching, FakeCall.until(rig.start + MILLI), 2);
        meanwhile = () -> {
            vanished.vanish();
            rig.clock.advance(MILLI);
            assertThat(instance.isTerminated()).isTrue();
        };
        rig.line.runAll();
        assertThat(reply.failure().kind()).isEqualTo(Kind.CANCELLED);
        batching.close();
    }

    @Test
    void halvesOfAFailedBatchAreRunForThoseWhoWait() {
        FakeInstance touchy = new FakeInstance(batch -> {
            if (batch.size() > 1) {
                rig.clock.advance(MILLI);
                throw new EngineException("expected by this test");
            }
            return FakeInstance.answerInputs(batch);
        });
        Batching batching = rig.batching(dynamic(4, 0), touchy);
        RecordingReply patient = send(batching, 1);
        RecordingReply late = send(batching, FakeCall.until(rig.start + MILLI), 2);
        rig.line.runAll();
        assertThat(answer(patient)).containsExactly(1);
        assertThat(late.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(touchy.runSizes()).containsExactly(2, 1);
        batching.close();
    }

    @Test
    void runThatTakesTooLongIsEndedThoughCallersWait() {
        Batching batching = rig.batching(dynamic(4, 0).withMaxExecution(60 * MILLI), instance);
        RecordingReply patient = send(batching, 1);
        meanwhile = () -> {
            rig.clock.advance(60 * MILLI - 1);
            assertThat(instance.isTerminated()).isFalse();
            rig.clock.advance(1);
            assertThat(instance.isTerminated()).isTrue();
            assertThat(patient.isAnswered()).as("the run may still end").isFalse();
        };
        rig.line.runAll();
        assertThat(patient.failure().kind()).isEqualTo(Kind.INTERNAL);
        assertThat(patient.failure().message())
                .isEqualTo("the model's run took longer than a run may take, and was ended");
        assertThat(rig.observed.executions).containsExactly("terminated");
        assertThat(answer(sendAndRun(batching, 2))).containsExactly(2);
        batching.close();
    }

    @Test
    void hungRunWithoutDeadlinesLosesItsRunnerAndInstance() {
        Batching batching = rig.batching(dynamic(4, 0).withMaxExecution(60 * MILLI), instance);
        RecordingReply patient = send(batching, 1);
        meanwhile = () -> {
            rig.clock.advance(60 * MILLI + Watch.GRACE_NANOS - 1);
            assertThat(patient.isAnswered()).isFalse();
            rig.clock.advance(1);
            assertThat(patient.failure().kind()).isEqualTo(Kind.INTERNAL);
            assertThat(rig.seat.replaced).hasSize(1);
            assertThat(answer(sendAndRun(batching, 2))).containsExactly(2);
        };
        rig.line.runAll();
        assertThat(patient.answers()).isOne();
        assertThat(instance.isClosed()).isTrue();
        batching.close();
    }

    @Test
    void eachExecutionOfADividedBatchHasItsOwnTime() {
        FakeInstance touchy = new FakeInstance(batch -> {
            rig.clock.advance(40 * MILLI);
            if (batch.size() > 1) {
                throw new EngineException("expected by this test");
            }
            rig.clock.advance(Rig.values(batch.get(0))[0] == 2 ? 20 * MILLI : 0);
            return FakeInstance.answerInputs(batch);
        });
        Batching batching = rig.batching(dynamic(4, 0).withMaxExecution(60 * MILLI), touchy);
        RecordingReply quick = send(batching, 1);
        RecordingReply slow = send(batching, 2);
        rig.line.runAll();
        assertThat(answer(quick)).containsExactly(1);
        assertThat(slow.failure().kind()).isEqualTo(Kind.INTERNAL);
        assertThat(rig.observed.executions).last().isEqualTo("terminated");
        batching.close();
    }

    @Test
    void runThatDoesNotEndLosesItsRunnerAndInstance() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        send(batching, FakeCall.until(rig.start + MILLI), 1);
        meanwhile = () -> {
            rig.clock.advance(MILLI + Watch.GRACE_NANOS - 1);
            assertThat(rig.seat.replaced).isEmpty();
            rig.clock.advance(1);
            assertThat(rig.seat.replaced).containsExactly(Thread.currentThread());
            assertThat(answer(sendAndRun(batching, 2)))
                    .as("the model goes on while the run hangs")
                    .containsExactly(2);
            assertThat(instance.isClosed()).isFalse();
        };
        rig.line.runAll();
        assertThat(instance.isClosed()).as("closed when its run has ended").isTrue();
        assertThat(instance.runSizes()).containsExactly(1);
        assertThat(answer(sendAndRun(batching, 3))).containsExactly(3);
        assertThat(instance.successors()).hasSize(1);
        assertThat(rig.observed.executions)
                .containsExactly(
                        "runner replaced", "1 requests, 1 rows, 0 ns", "terminated", "1 requests, 1 rows, 0 ns");
        batching.close();
        assertThat(instance.successors()).allMatch(FakeInstance::isClosed);
    }

    @Test
    void runThatEndsInTimeLosesNothing() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        send(batching, FakeCall.until(rig.start + MILLI), 1);
        meanwhile = () -> rig.clock.advance(MILLI + Watch.GRACE_NANOS - 1);
        rig.line.runAll();
        RecordingReply next = send(batching, 2);
        // The look at the first run falls due in the second.
        meanwhile = () -> rig.clock.advance(1);
        rig.line.runAll();
        assertThat(answer(next)).containsExactly(2);
        assertThat(rig.seat.replaced).isEmpty();
        batching.close();
    }

    @Test
    void whereTooManyAreStuckTheNextIsLookedAtAgain() {
        rig.seat.mayReplace = 0;
        Batching batching = rig.batching(dynamic(4, 0), instance);
        send(batching, FakeCall.until(rig.start + MILLI), 1);
        meanwhile = () -> {
            rig.clock.advance(MILLI + Watch.GRACE_NANOS);
            assertThat(rig.seat.replaced).isEmpty();
            rig.seat.mayReplace = 1;
            rig.clock.advance(Watch.GRACE_NANOS);
            assertThat(rig.seat.replaced).hasSize(1);
        };
        rig.line.runAll();
        assertThat(instance.isClosed()).isTrue();
        batching.close();
    }

    @Test
    void othersOfAHungBatchAreAnswered() {
        RecordingReply[] replies = new RecordingReply[2];
        FakeInstance hanging = new FakeInstance(batch -> {
            if (batch.size() > 1) {
                throw new EngineException("expected by this test");
            }
            rig.clock.advance(MILLI + Watch.GRACE_NANOS);
            assertThat(replies[0].isAnswered()).as("the one that hangs").isFalse();
            assertThat(replies[1].isAnswered()).as("the one behind it").isTrue();
            return FakeInstance.answerInputs(batch);
        });
        Batching batching = rig.batching(dynamic(4, 0), hanging);
        RecordingReply late = send(batching, FakeCall.until(rig.start + MILLI), 1);
        RecordingReply behind = send(batching, 2);
        replies[0] = late;
        replies[1] = behind;
        rig.line.runAll();
        assertThat(late.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(behind.failure().kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(behind.failure().message()).isEqualTo("the model's run does not end");
        assertThat(hanging.runSizes()).containsExactly(2, 1);
        batching.close();
    }

    @Test
    void closingDuringAHungRunClosesBothInstances() {
        Batching batching = rig.batching(dynamic(4, 0), instance);
        send(batching, FakeCall.until(rig.start + MILLI), 1);
        meanwhile = () -> {
            batching.close();
            rig.clock.advance(MILLI + Watch.GRACE_NANOS);
            assertThat(instance.successors()).hasSize(1).allMatch(FakeInstance::isClosed);
        };
        rig.line.runAll();
        assertThat(instance.isClosed()).isTrue();
        assertThat(rig.seat.closed).isTrue();
    }

    private RecordingReply sendAndRun(Batching batching, float value) {
        RecordingReply reply = send(batching, value);
        rig.line.runAll();
        return reply;
    }
}
