package dev.tern.server.traffic;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.Together;
import dev.tern.server.predict.TrafficSettings.Shadow;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.ManualExecutor;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of requests that version 1 has answered, for version 2. */
class ShadowsTest {
    private static final long MILLI = 1_000_000;

    private final FakeClock clock = new FakeClock();
    private final ManualExecutor thread = new ManualExecutor();
    private final List<String> told = new ArrayList<>();
    private final List<InferenceRequest> asked = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();
    private long version = 2;
    private boolean served = true;
    private boolean refuses;
    private @Nullable RuntimeException refusal;
    private boolean gone;
    private long payloadBytes;
    private long answerHolds;
    private int references;
    private int leases;

    private final Shadows shadows = new Shadows(this::lend, Observed::new, clock, task -> {
        if (refuses) {
            throw new RejectedExecutionException("stopped");
        }
        thread.execute(task);
    });

    {
        shadows.addListener((model, primary, candidate, answer) ->
                told.add(model + " " + primary + " " + candidate + " " + answer.failed()));
    }

    private @Nullable Candidate lend(String model, String name) {
        boolean answers = name.equals("1");
        if (gone || !(served || answers)) {
            return null;
        }
        leases++;
        return new Lent(answers ? 1 : version);
    }

    @AfterEach
    void everythingWasGivenBack() {
        shadows.stop();
        new ArrayList<>(replies).forEach(each -> each.fail(Failure.of(Kind.CANCELLED, "over")));
        thread.runAll();
        assertThat(references).as("references to payloads").isZero();
        assertThat(leases).as("leases on the candidate").isZero();
        assertThat(shadows.underWay()).isZero();
    }

    @Test
    void theCallerIsAnsweredBeforeTheCandidateIsAsked() {
        RecordingReply caller = answered(3);
        assertThat(caller.isAnswered()).isTrue();
        assertThat(asked).isEmpty();
        thread.runAll();
        assertThat(asked).hasSize(1);
        assertThat(Tensors.floats(caller.outputs().get(0))).containsExactly(3);
        assertThat(told).as("while the candidate takes its time").containsExactly("m 2 opened");
    }

    @Test
    void answersAreComparedAndCounted() {
        RecordingReply caller = answered(3);
        thread.runAll();
        clock.advance(5 * MILLI);
        replies.remove(0).succeed(response(4.5f));
        assertThat(told).as("not compared on the thread that answers").containsExactly("m 2 opened");
        thread.runAll();
        assertThat(told).containsExactly("m 2 opened", "m 2 COMPARED", "m 2 differs by 1.5", "m 1 2 false");
        ShadowState state = shadows.state("m");
        assertThat(state.candidate()).isEqualTo(2);
        assertThat(state.compared()).isEqualTo(1);
        assertThat(state.answers().meanAbsolute()).isEqualTo(1.5);
        assertThat(state.outputs()).containsOnlyKeys("y");
        assertThat(state.primaryMeanNanos()).isEqualTo(2 * MILLI);
        assertThat(state.candidateMeanNanos()).isEqualTo(5 * MILLI);
        assertThat(caller.answers()).isEqualTo(1);
    }

    @Test
    void aCopyHasNobodysDeadlineAndPriorityAndItsOwnAnswer() {
        FakeCall call = FakeCall.until(clock.nanoTime() + 1);
        answered(1, Map.of("priority", 1L, "timeout", 5L, "tern_cache", "refresh", "user", "a"), call);
        call.cancel();
        thread.runAll();
        InferenceRequest copy = asked.get(0);
        assertThat(copy.parameters()).isEqualTo(Map.of("tern_cache", "bypass", "user", "a"));
        assertThat(copy.call().isDone()).isFalse();
        assertThat(copy.call().deadlineNanos()).isEqualTo(clock.nanoTime() + Copy.PATIENCE_NANOS);
        assertThat(copy.outputs()).containsExactly("y");
    }

    @Test
    void aCopyIsWaitedForFromWhenItsCallerWasAnswered() {
        answered(1);
        long answeredNanos = clock.nanoTime();
        clock.advance(Copy.PATIENCE_NANOS - 1);
        thread.runAll();
        assertThat(asked.get(0).call().deadlineNanos()).isEqualTo(answeredNanos + Copy.PATIENCE_NANOS);
        clock.advance(5 * MILLI);
        replies.remove(0).succeed(response(1));
        thread.runAll();
        assertThat(shadows.state("m").candidateMeanNanos())
                .as("waiting to be sent is none of the candidate's time")
                .isEqualTo(5 * MILLI);
    }

    @Test
    void aCopyWhoseTimeIsOverIsNotSent() {
        answered(1);
        clock.advance(Copy.PATIENCE_NANOS);
        thread.runAll();
        assertThat(asked).isEmpty();
        assertThat(told).containsExactly("m 2 opened", "m 2 GIVEN_UP");
        assertThat(shadows.state("m").failures()).isEqualTo(Map.of(Kind.CANCELLED, 1L));
    }

    @Test
    void whatFailsTouchesNobody() {
        RecordingReply caller = answered(3);
        thread.runAll();
        replies.remove(0).fail(Failure.of(Kind.INTERNAL, "broken"));
        thread.runAll();
        assertThat(told).containsExactly("m 2 opened", "m 2 FAILED", "m 1 2 true");
        assertThat(shadows.state("m").failures()).isEqualTo(Map.of(Kind.INTERNAL, 1L));
        assertThat(caller.failed()).isFalse();
    }

    @Test
    void whatTheServerHasNoTimeForIsNotTheCandidatesFault() {
        answered(3);
        thread.runAll();
        replies.remove(0).fail(Failure.of(Kind.DEADLINE_EXCEEDED, "late"));
        thread.runAll();
        assertThat(told).containsExactly("m 2 opened", "m 2 GIVEN_UP");
    }

    @Test
    void aCandidateThatThrowsHasFailed() {
        refusal = new IllegalStateException("defect");
        answered(3);
        thread.runAll();
        assertThat(told).contains("m 2 FAILED");
    }

    @Test
    void soManyAtOnceAndNoMore() {
        for (int i = 0; i < Room.MOST + 3; i++) {
            answered(i);
        }
        assertThat(shadows.underWay()).isEqualTo(Room.MOST);
        assertThat(shadows.state("m").dropped()).isEqualTo(3);
        thread.runAll();
        replies.remove(0).fail(Failure.of(Kind.INTERNAL, "broken"));
        answered(1);
        assertThat(shadows.state("m").dropped()).isEqualTo(3);
        assertThat(shadows.underWay()).isEqualTo(Room.MOST);
    }

    @Test
    void soManyBytesAtOnceAndNoMore() {
        payloadBytes = Room.MOST_BYTES / 6;
        answered(1);
        answered(2);
        answered(3);
        assertThat(shadows.underWay()).isEqualTo(2);
        assertThat(shadows.state("m").dropped()).isEqualTo(1);
    }

    @Test
    void ofABatchAllAreAnsweredBeforeAnyIsCopied() {
        List<Integer> underWay = new ArrayList<>();
        Together.run(() -> {
            answered(1);
            answered(2);
            requireNonNull(Together.current()).leave(task -> underWay.add(shadows.underWay()), () -> {});
        });
        assertThat(underWay).as("when the callers' event loops are told").containsExactly(0);
        assertThat(shadows.underWay()).isEqualTo(2);
    }

    /** Each answer is a slice of its batch's; the requests' inputs are not. */
    @Test
    void anAnswerThatWaitsKeepsNothingOfItsBatch() {
        answerHolds = Room.MOST_BYTES;
        answered(1);
        answered(2);
        assertThat(shadows.underWay()).isEqualTo(2);
        assertThat(references).as("to the inputs alone").isEqualTo(2);
        thread.runAll();
        replies.remove(0).succeed(response(1.5f));
        assertThat(references).as("nor does the candidate's").isEqualTo(2);
        thread.runAll();
        assertThat(told).contains("m 2 differs by 0.5");
    }

    @Test
    void aCandidateThatAnswersMoreThanThereIsRoomFor() {
        payloadBytes = Room.MOST_BYTES / 6;
        answered(1);
        answered(2);
        thread.runAll();
        payloadBytes = Room.MOST_BYTES / 5;
        replies.remove(0).succeed(response(1));
        assertThat(told).containsExactly("m 2 opened", "m 2 DROPPED");
        assertThat(shadows.underWay()).isEqualTo(1);
    }

    @Test
    void copiesUnderWayTakeUpRoomThoughTheyAreNotCountedAnyMore() {
        for (int i = 0; i < Room.MOST; i++) {
            answered(i);
        }
        shadows.forget("m");
        assertThat(shadows.state("m").candidate()).isZero();
        answered(1);
        assertThat(shadows.state("m").dropped()).isEqualTo(1);
        assertThat(shadows.underWay()).isEqualTo(Room.MOST);
    }

    @Test
    void whatIsClosedOpensNoMeters() {
        ModelShadow shadow = new ModelShadow("m", Observed::new);
        assertThat(shadow.closedFor()).isNull();
        assertThat(shadow.counts(2).candidate()).isEqualTo(2);
        assertThat(told).isEmpty();
    }

    @Test
    void ofAModelThatIsGoneNothingIsCounted() {
        gone = true;
        answered(1);
        assertThat(shadows.state("m")).isEqualTo(ShadowState.NONE);
    }

    @Test
    void aCandidateThatIsServedNoMoreIsCounted() {
        answered(1);
        served = false;
        answered(1);
        assertThat(told).containsExactly("m 2 opened", "m 2 UNSERVED");
    }

    @Test
    void aRunThatOutlivesItsCopyIsTheCandidatesFailure() {
        answered(3);
        answered(3);
        thread.runAll();
        asked.get(0).call().lateInRun(Copy.LONG_RUN_NANOS);
        asked.get(1).call().lateInRun(Copy.LONG_RUN_NANOS - 1);
        replies.remove(0).fail(Failure.of(Kind.DEADLINE_EXCEEDED, "late"));
        thread.runAll();
        assertThat(told).containsExactly("m 2 opened", "m 2 FAILED", "m 1 2 true");
        replies.remove(0).fail(Failure.of(Kind.DEADLINE_EXCEEDED, "late"));
        thread.runAll();
        assertThat(told)
                .as("one that was late as it had waited")
                .containsExactly("m 2 opened", "m 2 FAILED", "m 1 2 true", "m 2 GIVEN_UP");
    }

    /** The parts of a large request run, and are late, each for itself. */
    @Test
    void ofSeveralRunsTheLongestCounts() {
        answered(3);
        thread.runAll();
        asked.get(0).call().lateInRun(Copy.LONG_RUN_NANOS);
        asked.get(0).call().lateInRun(0);
        replies.remove(0).fail(Failure.of(Kind.DEADLINE_EXCEEDED, "late"));
        thread.runAll();
        assertThat(told).containsExactly("m 2 opened", "m 2 FAILED", "m 1 2 true");
    }

    @Test
    void theCandidatesOwnAnswersAreNotCopied() {
        version = 1;
        answered(1);
        assertThat(shadows.underWay()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void withoutACandidateItIsCounted() {
        served = false;
        answered(1);
        assertThat(shadows.state("m").unserved()).isEqualTo(1);
        assertThat(shadows.state("m").candidate()).isZero();
    }

    @Test
    void whatFailedIsNotCopied() {
        RecordingReply caller = new RecordingReply();
        InferenceRequest request = request(Map.of(), FakeCall.patient());
        shadows.copying(new Shadow("2", 100), 1, request, caller).fail(Failure.of(Kind.INTERNAL, "broken"));
        request.release();
        assertThat(caller.failed()).isTrue();
        assertThat(shadows.underWay()).isZero();
    }

    @Test
    void anotherCandidateIsCountedAnew() {
        answered(1);
        thread.runAll();
        replies.remove(0).succeed(response(1));
        thread.runAll();
        version = 3;
        answered(1);
        assertThat(told).contains("m 2 closed", "m 3 opened");
        assertThat(shadows.state("m").candidate()).isEqualTo(3);
        assertThat(shadows.state("m").compared()).isZero();
    }

    @Test
    void aServerThatStopsGivesUpWhatWaitsAndWhatRuns() {
        answered(1);
        thread.runAll();
        answered(2);
        List<String> ended = new ArrayList<>();
        asked.get(0).call().onDone(() -> ended.add("the one that runs"));
        shadows.stop();
        assertThat(ended).containsExactly("the one that runs");
        assertThat(asked.get(0).call().isDone()).isTrue();
        thread.runAll();
        assertThat(asked).as("the other is not asked").hasSize(1);
        answered(3);
        assertThat(shadows.underWay()).as("but the one that runs").isEqualTo(1);
        replies.remove(0).fail(Failure.of(Kind.CANCELLED, "gone"));
        assertThat(shadows.underWay()).isZero();
    }

    @Test
    void aThreadThatHasEndedLeavesNothingBehind() {
        answered(1);
        thread.runAll();
        refuses = true;
        answered(2);
        replies.remove(0).succeed(response(1));
        assertThat(shadows.underWay()).isZero();
    }

    private RecordingReply answered(float value) {
        return answered(value, Map.of(), FakeCall.patient());
    }

    /** A request that version 1 has answered, after two milliseconds, with {@code value}. */
    private RecordingReply answered(float value, Map<String, Object> parameters, FakeCall call) {
        RecordingReply caller = new RecordingReply();
        InferenceRequest request = request(parameters, call);
        Reply reply = shadows.copying(new Shadow("2", 100), 1, request, caller);
        clock.advance(2 * MILLI);
        reply.succeed(response(value));
        request.release();
        return caller;
    }

    private InferenceRequest request(Map<String, Object> parameters, FakeCall call) {
        return new InferenceRequest("m", "id", List.of(tensor("x", 7)), List.of("y"), parameters, call);
    }

    private InferenceResponse response(float value) {
        return new InferenceResponse(List.of(tensor("y", value)));
    }

    private Tensor tensor(String name, float value) {
        Tensor plain = Tensors.floats(name, Shape.of(1), value);
        references++;
        return new Tensor(name, plain.type(), plain.shape(), new Counted(plain.data(), name.equals("y")));
    }

    private final class Counted implements Payload {
        private final Payload bytes;
        private final boolean answer;

        Counted(Payload bytes, boolean answer) {
            this.bytes = bytes;
            this.answer = answer;
        }

        @Override
        public long held() {
            return answer ? Math.max(answerHolds, size()) : size();
        }

        @Override
        public long size() {
            return payloadBytes == 0 ? bytes.size() : payloadBytes;
        }

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            // What is larger by its own account has no more bytes than the others.
            bytes.copyTo(from, payloadBytes == 0 ? dst : dst.limit((int) bytes.size()));
        }

        @Override
        public Payload retain() {
            references++;
            return this;
        }

        @Override
        public void release() {
            references--;
        }
    }

    private final class Lent implements Candidate {
        private final long number;

        Lent(long number) {
            this.number = number;
        }

        @Override
        public long version() {
            return number;
        }

        @Override
        public Predictor predictor() {
            return (request, reply) -> {
                if (refusal != null) {
                    throw refusal;
                }
                asked.add(request);
                replies.add(reply);
            };
        }

        @Override
        public void release() {
            leases--;
        }
    }

    private final class Observed implements ShadowObserver {
        private final String subject;

        Observed(String model, long candidate) {
            this.subject = model + " " + candidate + " ";
            told.add(subject + "opened");
        }

        @Override
        public void ended(ShadowOutcome outcome) {
            told.add(subject + outcome);
        }

        @Override
        public void compared(ComparedAnswer answer) {
            told.add(subject + "differs by " + answer.meanAbsolute());
        }

        @Override
        public void close() {
            told.add(subject + "closed");
        }
    }
}
