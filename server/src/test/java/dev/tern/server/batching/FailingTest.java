package dev.tern.server.batching;

import static dev.tern.server.batching.Rig.answer;
import static dev.tern.server.batching.Rig.dynamic;
import static dev.tern.server.batching.Rig.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.UnreadableInputException;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.UnreadableException;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeInstance;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs, replies and observers that fail: nobody else is harmed, and everybody is answered. */
class FailingTest {
    private static final float BAD = -1;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Rig rig = new Rig();

    /** Fails every run that has a negative value in it. */
    private final FakeInstance touchy = new FakeInstance(batch -> {
        for (BatchItem item : batch) {
            for (float value : Rig.values(item)) {
                if (value < 0) {
                    throw new EngineException("a value is negative");
                }
            }
        }
        return FakeInstance.answerInputs(batch);
    });

    @ParameterizedTest(name = "{0} requests, bad: {1}")
    @CsvSource({
        "1, 0, 1",
        "2, 1, 3",
        "8, '', 1",
        "8, 0, 7",
        "8, 7, 7",
        "8, '2 3', 7",
        "8, '0 7', 11",
        "7, '0 1 2 3 4 5 6', 13",
        "8, '0 1 2 3 4 5 6 7', 15",
    })
    void onlyTheOffendersFail(int requests, String bad, int runs) {
        Set<Integer> offenders = bad.isEmpty()
                ? Set.of()
                : Stream.of(bad.split(" ", -1)).map(Integer::valueOf).collect(Collectors.toSet());
        Batching batching = rig.batching(dynamic(8, 0), touchy);
        List<RecordingReply> replies = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            replies.add(send(batching, offenders.contains(i) ? BAD : i));
        }
        rig.line.runAll();
        for (int i = 0; i < requests; i++) {
            if (offenders.contains(i)) {
                assertThat(replies.get(i).failure().kind()).isEqualTo(Kind.INTERNAL);
                assertThat(replies.get(i).failure().message()).isEqualTo("a value is negative");
                assertThat(replies.get(i).failure().cause()).isInstanceOf(EngineException.class);
            } else {
                assertThat(answer(replies.get(i))).containsExactly(i);
            }
        }
        assertThat(touchy.runs()).hasSize(runs).hasSizeLessThanOrEqualTo(2 * requests - 1);
        assertThat(rig.observed.executions).hasSize(runs);
        assertThat(rig.observed.waits).hasSize(requests);
    }

    @Test
    void requestsWhoseInputsCannotBeReadAreLeftOutOneByOne() {
        FakeInstance instance = new FakeInstance(batch -> {
            for (int i = 0; i < batch.size(); i++) {
                if (Rig.values(batch.get(i))[0] < 0) {
                    throw new UnreadableInputException(i, new UnreadableException("it is gone"));
                }
            }
            return FakeInstance.answerInputs(batch);
        });
        Batching batching = rig.batching(dynamic(8, 0), instance);
        List<RecordingReply> replies = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            replies.add(send(batching, i == 0 || i == 4 ? BAD : i));
        }
        rig.line.runAll();
        for (int i = 0; i < 6; i++) {
            if (i == 0 || i == 4) {
                assertThat(replies.get(i).failure().kind()).isEqualTo(Kind.INVALID_ARGUMENT);
                assertThat(replies.get(i).failure().message()).isEqualTo("it is gone");
            } else {
                assertThat(answer(replies.get(i))).containsExactly(i);
            }
        }
        assertThat(instance.runs()).as("the others run together").hasSize(3);
    }

    @Test
    void defectOfTheInstanceAnswersAllAndTheNextRunIsServed() {
        List<RuntimeException> defects = new ArrayList<>(List.of(new IllegalStateException("expected by this test")));
        FakeInstance instance = new FakeInstance(batch -> {
            if (!defects.isEmpty()) {
                throw defects.remove(0);
            }
            return FakeInstance.answerInputs(batch);
        });
        Batching batching = rig.batching(dynamic(2, 0), instance);
        RecordingReply first = send(batching, 1);
        RecordingReply second = send(batching, 2);
        RecordingReply next = send(batching, 3);
        rig.line.runAll();
        for (RecordingReply reply : List.of(first, second)) {
            assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
            assertThat(reply.failure().message()).isEqualTo("internal error while running the model");
            assertThat(reply.failure().cause()).isInstanceOf(IllegalStateException.class);
        }
        assertThat(answer(next)).containsExactly(3);
        assertThat(instance.runs()).hasSize(2);
    }

    @Test
    void tooFewAnswersAreADefectForThoseWithout() {
        FakeInstance instance = new FakeInstance(batch -> FakeInstance.answerInputs(batch.subList(0, 1)));
        Batching batching = rig.batching(dynamic(8, 0), instance);
        RecordingReply first = send(batching, 1);
        RecordingReply second = send(batching, 2);
        rig.line.runAll();
        assertThat(answer(first)).containsExactly(1);
        assertThat(second.failure().message()).isEqualTo("internal error while running the model");
    }

    @Test
    void replyThatThrowsDoesNotHurtItsBatchMates() {
        Batching batching = rig.batching(dynamic(8, 0), touchy);
        RecordingReply first = send(batching, 1);
        batching.predict(Rig.request(FakeCall.patient(), 2), Rig.broken());
        RecordingReply last = send(batching, 3);
        rig.line.runAll();
        assertThat(answer(first)).containsExactly(1);
        assertThat(answer(last)).containsExactly(3);
        assertThat(touchy.runSizes()).containsExactly(3);
    }

    @Test
    void replyThatThrowsOnFailureDoesNotHurtItsBatchMates() {
        Batching batching = rig.batching(dynamic(8, 0), touchy);
        batching.predict(Rig.request(FakeCall.patient(), BAD), Rig.broken());
        RecordingReply other = send(batching, 2);
        rig.line.runAll();
        assertThat(answer(other)).containsExactly(2);
    }

    @Test
    void replyThatThrowsOnExpiryDoesNotStopTheQueue() {
        Batching batching = rig.batching(dynamic(8, 0), touchy);
        FakeCall call = FakeCall.patient();
        batching.predict(Rig.request(call, 1), Rig.broken());
        call.cancel();
        batching.predict(Rig.request(FakeCall.until(rig.start + 1), 2), Rig.broken());
        rig.clock.advance(1);
        batching.predict(Rig.request(FakeCall.until(rig.start), 3), Rig.broken());
        RecordingReply other = send(batching, 4);
        rig.line.runAll();
        assertThat(answer(other)).containsExactly(4);
        assertThat(batching.queued()).isZero();
    }

    @Test
    void observerThatThrowsLeavesNobodyWithoutAnswer() {
        BatchObserver broken = new BatchObserver() {
            @Override
            public void waited(long nanos) {
                throw new IllegalStateException("expected by this test");
            }

            @Override
            public void executed(int requests, int rows, long nanos, boolean succeeded) {}
        };
        Batching batching = new Batching(
                dynamic(8, 0),
                Rig.grouping(),
                List.of(touchy),
                rig.line::execute,
                rig.clock,
                Kind.RESOURCE_EXHAUSTED,
                broken);
        RecordingReply reply = send(batching, 1);
        assertThat(catchThrowable(rig.line::runAll)).isInstanceOf(IllegalStateException.class);
        assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
        // The instance was given back.
        batching.close();
        assertThat(touchy.isClosed()).isTrue();
    }

    @Test
    void replyMaySendTheNextRequest() {
        Batching batching = rig.batching(dynamic(1, 0), touchy);
        RecordingReply next = new RecordingReply();
        batching.predict(Rig.request(FakeCall.patient(), 1), new Reply() {
            @Override
            public void succeed(InferenceResponse response) {
                response.release();
                batching.predict(Rig.request(FakeCall.patient(), 2), next);
            }

            @Override
            public void fail(Failure failure) {
                throw new AssertionError(failure.message());
            }
        });
        rig.line.runAll();
        assertThat(answer(next)).containsExactly(2);
    }
}
