package dev.tern.server.batching;

import static dev.tern.server.batching.Rig.answer;
import static dev.tern.server.batching.Rig.dynamic;
import static dev.tern.server.batching.Rig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that leave the queue without a run: cancelled, late, or because the queue is closed. */
class LeavingTest {
    private static final long DELAY = 1_000_000_000;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Rig rig = new Rig();
    private final Queue<Runnable> meanwhile = new ArrayDeque<>();
    private final FakeInstance instance = new FakeInstance(batch -> {
        Runnable next = meanwhile.poll();
        if (next != null) {
            next.run();
        }
        return FakeInstance.answerInputs(batch);
    });

    @Test
    void cancelledRequestNeverRunsAndLeavesTheCountAtOnce() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        FakeCall call = FakeCall.patient();
        RecordingReply cancelled = send(batching, call, 1);
        RecordingReply other = send(batching, 2);
        call.cancel();
        assertThat(cancelled.failure())
                .isEqualTo(Failure.of(Kind.CANCELLED, "the caller cancelled the request while it was queued"));
        assertThat(batching.queued()).isOne();
        rig.line.runAll();
        assertThat(Rig.values(instance.runs())).containsExactly(List.of(2f));
        assertThat(answer(other)).containsExactly(2);
        assertThat(cancelled.answers()).isOne();
    }

    @Test
    void requestOfCallerWhoIsGoneAlreadyNeverRuns() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        FakeCall call = FakeCall.patient();
        call.cancel();
        RecordingReply reply = send(batching, call, 1);
        assertThat(reply.failure().kind()).isEqualTo(Kind.CANCELLED);
        rig.line.runAll();
        assertThat(instance.runs()).isEmpty();
        assertThat(batching.queued()).isZero();
    }

    @Test
    void whoHasGoneIsLetGoOfThoughNoInstanceIsFree() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        send(batching, 1);
        meanwhile.add(() -> {
            List<FakeCall> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(FakeCall.patient());
                send(batching, calls.get(i), i);
            }
            calls.forEach(FakeCall::cancel);
            assertThat(batching.held()).isEqualTo(100);
            rig.clock.advance(2_000_000);
            assertThat(batching.held()).isLessThan(64);
        });
        rig.line.runAll();
        assertThat(batching.held()).isZero();
        batching.close();
    }

    @Test
    void callerWhoWentWithoutWordIsFoundBeforeTheRun() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        FakeCall call = FakeCall.patient();
        RecordingReply gone = send(batching, call, 1);
        RecordingReply other = send(batching, 2);
        call.vanish();
        rig.line.runAll();
        assertThat(gone.failure().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(answer(other)).containsExactly(2);
        assertThat(instance.runSizes()).containsExactly(1);
        assertThat(batching.queued()).isZero();
    }

    @Test
    void timerAnswersRequestAtItsDeadlineThoughNoRunnerComes() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        RecordingReply reply = send(batching, FakeCall.until(rig.start + 500), 1);
        rig.clock.advance(499);
        assertThat(reply.isAnswered()).isFalse();
        rig.clock.advance(1);
        assertThat(reply.failure())
                .isEqualTo(Failure.of(Kind.DEADLINE_EXCEEDED, "the request's deadline passed while it was queued"));
        assertThat(batching.queued()).isZero();
        rig.line.runAll();
        assertThat(instance.runs()).isEmpty();
        assertThat(reply.answers()).isOne();
    }

    @Test
    void timerFindsDeadlinesBehindTheWindow() {
        Batching batching = rig.batching(dynamic(1, 0), instance);
        List<RecordingReply> patient = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            patient.add(send(batching, i));
        }
        RecordingReply late = send(batching, FakeCall.until(rig.start + 500), 1);
        rig.clock.advance(500);
        assertThat(late.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(batching.queued()).isEqualTo(10);
        rig.line.runAll();
        assertThat(patient).allMatch(reply -> reply.answers() == 1);
    }

    @Test
    void lateRequestIsFoundBeforeTheRunThoughTheTimerIsLate() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        RecordingReply late = send(batching, FakeCall.until(rig.start + 500), 1);
        RecordingReply inTime = send(batching, FakeCall.until(rig.start + 501), 2);
        rig.clock.skip(500);
        rig.line.runAll();
        assertThat(late.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(answer(inTime)).containsExactly(2);
        rig.clock.advance(2_000_000);
        assertThat(late.answers()).isOne();
        assertThat(inTime.answers()).isOne();
        assertThat(rig.clock.scheduled()).isZero();
    }

    @Test
    void requestThatArrivesLateNeverRuns() {
        Batching batching = rig.batching(dynamic(8, 0), instance);
        RecordingReply reply = send(batching, FakeCall.until(rig.start - 1), 1);
        rig.line.runAll();
        assertThat(reply.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(instance.runs()).isEmpty();
    }

    @Test
    void expiryInTheWindowLeavesTheOthersTheirs() {
        Batching batching = rig.batching(dynamic(8, DELAY), instance);
        RecordingReply late = send(batching, FakeCall.until(rig.start + 500), 1);
        rig.clock.advance(100);
        RecordingReply other = send(batching, 2);
        rig.line.runAll();
        rig.clock.advance(500);
        rig.line.runAll();
        assertThat(late.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        // The window was the late one's; the other's ends when the other has waited it out.
        rig.clock.advance(DELAY - 501);
        rig.line.runAll();
        assertThat(other.isAnswered()).isFalse();
        rig.clock.advance(1);
        rig.line.runAll();
        assertThat(answer(other)).containsExactly(2);
    }

    @Test
    void answersAreGivenOutsideTheLock() throws InterruptedException {
        Batching batching = rig.batching(dynamic(8, DELAY), instance);
        List<Boolean> free = new ArrayList<>();
        Reply needsTheLock = new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                response.release();
            }

            @Override
            public void fail(Failure failure) {
                free.add(anotherThreadGetsThrough(batching));
            }
        };
        batching.predict(Rig.request(FakeCall.until(rig.start + 500), 1), needsTheLock);
        rig.clock.advance(500);
        batching.predict(Rig.request(FakeCall.until(rig.start + 600), 1), needsTheLock);
        rig.clock.skip(100);
        rig.line.runAll();
        assertThat(free).containsExactly(true, true);
    }

    /** Whether a turn, which takes the lock, ends while this thread stands still. */
    private boolean anotherThreadGetsThrough(Batching batching) {
        RecordingReply reply = send(batching, FakeCall.until(rig.start), 3);
        Thread runner = new Thread(rig.line::runAll);
        runner.start();
        try {
            runner.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return reply.isAnswered();
    }

    @Test
    void closeEndsIdleInstancesAtOnceAndBusyOnesAfterTheirRun() {
        FakeInstance idle = FakeInstance.echo();
        Batching batching = rig.batching(dynamic(8, 0), instance, idle);
        RecordingReply running = send(batching, 1);
        meanwhile.add(() -> {
            batching.close();
            assertThat(idle.isClosed()).isTrue();
            assertThat(instance.isClosed()).isFalse();
        });
        rig.line.runAll();
        assertThat(answer(running)).containsExactly(1);
        assertThat(instance.isClosed()).isTrue();
    }

    @Test
    void closedQueueTurnsRequestsAway() {
        Batching batching = rig.batching(dynamic(8, DELAY), instance);
        RecordingReply waiting = send(batching, 1);
        rig.line.runAll();
        batching.close();
        RecordingReply later = send(batching, 2);
        rig.line.runAll();
        Failure expected = Failure.of(
                Kind.UNAVAILABLE,
                "[request id: <id_unknown>] Server is stopping, scheduler for model has stopped accepting new inference"
                        + " requests");
        assertThat(waiting.failure()).isEqualTo(expected);
        assertThat(later.failure()).isEqualTo(expected);
        assertThat(batching.queued()).isZero();
        assertThat(instance.runs()).isEmpty();
    }
}
