package dev.tern.server.sequences;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.sequences.Control.Question;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SequenceBatchingTest {
    private static final Shape ROW = Shape.of(1, 1);
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);
    private static final Failure BROKEN = Failure.of(Kind.INTERNAL, "the model is broken");

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final FakeClock clock = new FakeClock();
    private final NextStage model = new NextStage();
    private Sequences sequences = sequences(2, 0);

    private Sequences sequences(int slots, int maxWaiting) {
        return new Sequences(settings(slots, maxWaiting, DataType.INT64), clock);
    }

    private static SequenceSettings settings(int slots, int maxWaiting, DataType idType) {
        return new SequenceSettings(
                "m",
                true,
                slots,
                IDLE,
                maxWaiting,
                Kind.RESOURCE_EXHAUSTED,
                List.of(
                        new Control.Flag(
                                Question.START, Tensors.longs("START", ROW, 0), Tensors.longs("START", ROW, 1)),
                        new Control.Flag(Question.END, Tensors.longs("END", ROW, 0), Tensors.longs("END", ROW, 1)),
                        new Control.Id("CORRID", idType, ROW)),
                List.of(new State("state_out", Tensors.longs("state_in", ROW, 5))),
                List.of("y"));
    }

    private enum Mark {
        START,
        GOES_ON,
        END,
        BOTH
    }

    private RecordingReply send(Object id, Mark mark, long x) {
        return send(id, mark, x, FakeCall.patient(), List.of(), Map.of());
    }

    private RecordingReply send(
            Object id, Mark mark, long x, FakeCall call, List<String> outputs, Map<String, Object> more) {
        Map<String, Object> parameters = new HashMap<>(more);
        parameters.put("sequence_id", id);
        parameters.put("sequence_start", mark == Mark.START || mark == Mark.BOTH);
        parameters.put("sequence_end", mark == Mark.END || mark == Mark.BOTH);
        RecordingReply reply = new RecordingReply();
        new SequenceBatching(sequences, model)
                .predict(
                        new InferenceRequest("m", "", List.of(Tensors.longs("x", ROW, x)), outputs, parameters, call),
                        reply);
        return reply;
    }

    private static String notStarted(Object id) {
        return "inference request for sequence " + id
                + " to model 'm' must specify the START flag on the first request of the sequence";
    }

    private static long y(RecordingReply reply) {
        assertThat(reply.outputs()).extracting(Tensor::name).containsExactly("y");
        return Tensors.longs(reply.outputs().get(0))[0];
    }

    @Test
    void eachRequestGetsTheStateThatTheOneBeforeHasLeft() {
        RecordingReply first = send(7L, Mark.START, 1);
        assertThat(model.requests.get(0).inputs())
                .extracting(Tensor::name)
                .containsExactly("x", "START", "END", "CORRID", "state_in");
        assertThat(model.requests.get(0).outputs()).isEmpty();
        assertThat(List.of("START", "END", "CORRID", "state_in"))
                .extracting(name -> NextStage.value(model.requests.get(0), name))
                .containsExactly(1L, 0L, 7L, 5L);
        model.answer();
        assertThat(y(first)).isEqualTo(-51);

        RecordingReply second = send(7L, Mark.GOES_ON, 2);
        RecordingReply third = send(7L, Mark.END, 3);
        assertThat(model.values()).as("one at a time").containsExactly(2L);
        model.answer();
        assertThat(y(second)).isEqualTo(-512);
        assertThat(List.of("START", "END"))
                .extracting(name -> NextStage.value(model.requests.get(0), name))
                .containsExactly(0L, 1L);
        model.answer();
        assertThat(y(third)).isEqualTo(-5123);
        assertThat(sequences.held()).isZero();
    }

    @Test
    void aStateIsAskedForBesidesWhatTheCallerWantsAndGivenToHimOnlyIfHeDoes() {
        RecordingReply one = send(7L, Mark.START, 1, FakeCall.patient(), List.of("y"), Map.of());
        assertThat(model.requests.get(0).outputs()).containsExactly("y", "state_out");
        model.answer();
        assertThat(one.outputs()).extracting(Tensor::name).containsExactly("y");

        RecordingReply other = send(7L, Mark.GOES_ON, 1, FakeCall.patient(), List.of("state_out"), Map.of());
        assertThat(model.requests.get(0).outputs()).containsExactly("state_out");
        model.answer();
        assertThat(Tensors.longs(other.outputs().get(0))).containsExactly(511);
        assertThat(model.requests).isEmpty();
    }

    @Test
    void sequencesGoOnSideBySide() {
        sequences = new Sequences(settings(2, 0, DataType.BYTES), clock);
        RecordingReply a = send(1L, Mark.START, 1);
        RecordingReply b = send("1", Mark.START, 2);
        assertThat(model.values()).as("a number is another id than its digits").containsExactly(1L, 2L);
        model.answer(1);
        assertThat(a.isAnswered()).isFalse();
        assertThat(y(b)).isEqualTo(-52);
    }

    @Test
    void withoutAStartThereIsNoSequence() {
        sequences = new Sequences(settings(2, 0, DataType.BYTES), clock);
        assertThat(send(9L, Mark.GOES_ON, 1).failure()).isEqualTo(Failure.invalid(notStarted(9)));
        assertThat(send(-1L, Mark.END, 1).failure().message()).isEqualTo(notStarted("18446744073709551615"));
        assertThat(send("nine", Mark.END, 1).failure().message()).isEqualTo(notStarted("nine"));
        send(9L, Mark.BOTH, 1);
        assertThat(send(9L, Mark.GOES_ON, 1).failure().message()).isEqualTo(notStarted(9));
    }

    @Test
    void whatIsNoRequestOfASequenceIsRefused() {
        String needsId = "inference request to model 'm' must specify a non-zero or non-empty correlation ID";
        assertThat(send(0L, Mark.START, 1).failure()).isEqualTo(Failure.invalid(needsId));
        assertThat(send("", Mark.START, 1).failure()).isEqualTo(Failure.invalid(needsId));
        assertThat(send("\u00e9".repeat(65), Mark.START, 1).failure().message())
                .isEqualTo("inference request to model 'm' has a 'sequence_id' of 130 bytes; allowed are 128");
        assertThat(send(Long.MIN_VALUE, Mark.START, 1).failure().message())
                .isEqualTo(
                        "inference request to model 'm' has the 'sequence_id' 9223372036854775808, which is no value of"
                                + " input 'CORRID', INT64");
        RecordingReply two = new RecordingReply();
        new SequenceBatching(sequences, model)
                .predict(
                        new InferenceRequest(
                                "m",
                                "",
                                List.of(Tensors.longs("x", Shape.of(2, 1), 1, 2)),
                                List.of(),
                                Map.of("sequence_id", 1L, "sequence_start", true),
                                FakeCall.patient()),
                        two);
        assertThat(two.failure())
                .isEqualTo(
                        Failure.invalid("inference request to model 'm' must specify batch-size 1 due to requirements"
                                + " of sequence batcher"));
        assertThat(model.requests).isEmpty();
        assertThat(sequences.held()).isZero();
    }

    @Test
    void aSecondStartBeginsAnew() {
        send(7L, Mark.START, 1);
        RecordingReply last = send(7L, Mark.GOES_ON, 2);
        RecordingReply anew = send(7L, Mark.START, 3);
        model.answer();
        model.answer();
        model.answer();
        assertThat(y(last)).isEqualTo(-512);
        assertThat(y(anew)).isEqualTo(-53);
        assertThat(sequences.held()).isEqualTo(1);
    }

    @Test
    void whoHasNoSlotWaitsInTheOrderOfTheStarts() {
        sequences = sequences(1, 0);
        send(1L, Mark.START, 1);
        send(2L, Mark.START, 2);
        send(3L, Mark.START, 3);
        send(2L, Mark.END, 20);
        send(1L, Mark.END, 10);
        assertThat(sequences.waiting()).isEqualTo(4);
        List<Long> order = new ArrayList<>();
        while (!model.requests.isEmpty()) {
            order.addAll(model.values());
            model.answer();
        }
        assertThat(order).containsExactly(1L, 10L, 2L, 20L, 3L);
        assertThat(sequences.held()).as("the third goes on").isEqualTo(1);
        assertThat(sequences.waiting()).isZero();
    }

    @Test
    void anIdMayBeginAgainWhileItsLastSequenceEnds() {
        sequences = sequences(1, 0);
        send(1L, Mark.START, 1);
        send(1L, Mark.END, 2);
        RecordingReply again = send(1L, Mark.BOTH, 3);
        model.answer();
        model.answer();
        model.answer();
        assertThat(y(again)).isEqualTo(-53);
        assertThat(sequences.held()).isZero();
    }

    @Test
    void anIdleSequenceIsDropped() {
        sequences = sequences(1, 0);
        send(1L, Mark.START, 1);
        clock.advance(10 * IDLE);
        assertThat(sequences.held()).as("one that runs is not idle").isEqualTo(1);
        model.answer();
        clock.advance(IDLE - 1);
        RecordingReply inTime = send(1L, Mark.GOES_ON, 2);
        model.answer();
        assertThat(y(inTime)).isEqualTo(-512);

        RecordingReply other = send(2L, Mark.START, 3);
        assertThat(model.requests).isEmpty();
        clock.advance(IDLE - 1);
        assertThat(model.requests).isEmpty();
        clock.advance(1);
        assertThat(model.values()).as("its slot is free").containsExactly(3L);
        model.answer();
        assertThat(y(other)).isEqualTo(-53);
        assertThat(send(1L, Mark.GOES_ON, 4).failure().message()).isEqualTo(notStarted(1));
        clock.advance(IDLE);
        assertThat(sequences.held()).isZero();
    }

    @Test
    void aSequenceWaitsForASlotAsLongAsItsShortestTimeout() {
        sequences = sequences(1, 0);
        send(1L, Mark.START, 1);
        RecordingReply first = send(2L, Mark.START, 2, FakeCall.patient(), List.of(), Map.of("timeout", 5_000L));
        RecordingReply second = send(2L, Mark.GOES_ON, 3, FakeCall.patient(), List.of(), Map.of("timeout", 3_000L));
        RecordingReply patient = send(3L, Mark.START, 4);
        clock.advance(TimeUnit.MILLISECONDS.toNanos(3) - 1);
        assertThat(first.isAnswered()).isFalse();
        clock.advance(1);
        for (RecordingReply each : List.of(first, second)) {
            assertThat(each.failure())
                    .isEqualTo(Failure.of(Kind.UNAVAILABLE, "timeout of the corresponding sequence has been expired"));
        }
        assertThat(send(2L, Mark.GOES_ON, 5).failure().message()).isEqualTo(notStarted(2));
        assertThat(patient.isAnswered()).isFalse();
        assertThat(sequences.waiting()).isEqualTo(1);
    }

    @Test
    void aTimeoutIsOverOnceItsSequenceHasASlot() {
        RecordingReply reply = send(2L, Mark.START, 2, FakeCall.patient(), List.of(), Map.of("timeout", 1_000L));
        RecordingReply next = send(2L, Mark.GOES_ON, 3, FakeCall.patient(), List.of(), Map.of("timeout", 1_000L));
        clock.advance(IDLE);
        model.answer();
        model.answer();
        assertThat(y(reply)).isEqualTo(-52);
        assertThat(y(next)).isEqualTo(-523);
    }

    @Test
    void aRequestThatFailsHasNotHappened() {
        send(1L, Mark.START, 1);
        model.answer();
        RecordingReply failed = send(1L, Mark.GOES_ON, 2);
        RecordingReply next = send(1L, Mark.END, 3);
        model.fail(BROKEN);
        assertThat(failed.failure()).isEqualTo(BROKEN);
        model.answer();
        assertThat(y(next)).isEqualTo(-513);
        assertThat(sequences.held()).isZero();
    }

    @Test
    void aStartThatFailsBeganNothing() {
        send(1L, Mark.START, 1);
        RecordingReply behind = send(1L, Mark.GOES_ON, 2);
        RecordingReply anew = send(1L, Mark.START, 3);
        RecordingReply behindThat = send(1L, Mark.GOES_ON, 4);
        model.fail(BROKEN);
        assertThat(behind.failure().message()).isEqualTo(notStarted(1));
        model.answer();
        assertThat(y(anew)).isEqualTo(-53);
        model.answer();
        assertThat(y(behindThat)).isEqualTo(-534);

        send(2L, Mark.START, 1);
        model.fail(BROKEN);
        assertThat(send(2L, Mark.GOES_ON, 2).failure().message()).isEqualTo(notStarted(2));
        assertThat(sequences.held()).isEqualTo(1);
    }

    @Test
    void anEndThatFailsIsOneAllTheSame() {
        send(1L, Mark.START, 1);
        model.answer();
        send(1L, Mark.END, 1);
        model.fail(BROKEN);
        assertThat(sequences.held()).isZero();
    }

    @Test
    void whoGoesLeavesTheLine() {
        FakeCall call = FakeCall.patient();
        send(1L, Mark.START, 1);
        RecordingReply gone = send(1L, Mark.GOES_ON, 2, call, List.of(), Map.of());
        RecordingReply next = send(1L, Mark.GOES_ON, 3);
        call.cancel();
        assertThat(gone.failure().kind()).isEqualTo(Kind.CANCELLED);
        model.answer();
        model.answer();
        assertThat(y(next)).isEqualTo(-513);
        assertThat(sequences.waiting()).isZero();
    }

    @Test
    void aStartWhoseCallerGoesTakesTheRestOfItsSequenceAlong() {
        sequences = sequences(1, 0);
        send(1L, Mark.START, 1);
        FakeCall call = FakeCall.until(clock.nanoTime() + 5);
        RecordingReply gone = send(2L, Mark.START, 2, call, List.of(), Map.of());
        RecordingReply behind = send(2L, Mark.END, 3);
        clock.advance(5);
        call.cancel();
        assertThat(gone.failure().kind()).isEqualTo(Kind.DEADLINE_EXCEEDED);
        assertThat(behind.failure().message()).isEqualTo(notStarted(2));
        assertThat(sequences.held()).isEqualTo(1);
        assertThat(sequences.waiting()).isZero();
    }

    @Test
    void noMoreThanSoManyRequestsWait() {
        sequences = sequences(1, 2);
        send(1L, Mark.START, 1);
        send(1L, Mark.GOES_ON, 2);
        send(2L, Mark.START, 3);
        Failure full = Failure.of(Kind.RESOURCE_EXHAUSTED, "[request id: <id_unknown>] Exceeds maximum queue size");
        assertThat(send(1L, Mark.GOES_ON, 4).failure()).isEqualTo(full);
        assertThat(send(3L, Mark.START, 5).failure()).isEqualTo(full);
        model.answer();
        assertThat(sequences.waiting()).isEqualTo(1);
        assertThat(send(3L, Mark.START, 5).isAnswered()).isFalse();
        assertThat(sequences.held()).isEqualTo(3);
    }

    @Test
    void anotherUserOfTheSameSequencesGoesOnWithThem() {
        sequences = sequences(1, 0);
        send(1L, Mark.START, 1);
        model.answer();
        send(2L, Mark.START, 2);
        assertThat(model.requests).isEmpty();
        Sequences shared = sequences.share(2);
        assertThat(shared).isSameAs(sequences);
        assertThat(model.values()).as("there are more slots").containsExactly(2L);
        sequences.close();
        RecordingReply next = send(1L, Mark.GOES_ON, 3);
        model.answer(1);
        assertThat(y(next)).isEqualTo(-513);
        shared.close();
    }

    @Test
    void requestsThatAreAnsweredAtOnceDoNotPileUpOnTheStack() {
        sequences = sequences(1, 0);
        send(1L, Mark.START, 1);
        List<RecordingReply> replies = new ArrayList<>();
        Predictor refusing = (request, reply) -> reply.fail(BROKEN);
        for (int i = 0; i < 20_000; i++) {
            RecordingReply reply = new RecordingReply();
            new SequenceBatching(sequences, refusing)
                    .predict(
                            new InferenceRequest(
                                    "m",
                                    "",
                                    List.of(Tensors.longs("x", ROW, i)),
                                    List.of(),
                                    Map.of(
                                            "sequence_id",
                                            2L + i / 2,
                                            "sequence_start",
                                            i % 2 == 0,
                                            "sequence_end",
                                            i % 2 == 1),
                                    FakeCall.patient()),
                            reply);
            replies.add(reply);
        }
        model.fail(BROKEN);
        assertThat(replies).allMatch(RecordingReply::failed);
        assertThat(sequences.held()).isZero();
        assertThat(sequences.waiting()).isZero();
    }

    @Test
    void aStateKeepsNothingOfTheRunThatGaveIt() {
        Predictor slabs = (request, reply) -> {
            Slab slab = Slab.wrap(new byte[2 * Long.BYTES]);
            List<Tensor> outputs = List.of(
                    new Tensor("y", DataType.INT64, ROW, slab.slice(0, Long.BYTES)),
                    new Tensor("state_out", DataType.INT64, ROW, slab.slice(Long.BYTES, Long.BYTES)));
            slab.release();
            reply.succeed(new InferenceResponse(outputs));
        };
        RecordingReply reply = new RecordingReply();
        new SequenceBatching(sequences, slabs)
                .predict(
                        new InferenceRequest(
                                "m",
                                "",
                                List.of(Tensors.longs("x", ROW, 1)),
                                List.of(),
                                Map.of("sequence_id", 1L, "sequence_start", true),
                                FakeCall.patient()),
                        reply);
        assertThat(y(reply)).isZero();
        assertThat(sequences.held()).isEqualTo(1);
        assertThat(Slab.live()).isZero();
        RecordingReply next = send(1L, Mark.GOES_ON, 3);
        model.answer();
        assertThat(y(next)).isEqualTo(-3);
    }

    @Test
    void threadsThatSendAndAnswerAtTheSameTimeMixNothingUp() throws Exception {
        int threads = 4;
        int perThread = 200;
        int length = 5;
        sequences = sequences(16, 0);
        ExecutorService answering = Executors.newFixedThreadPool(2);
        ExecutorService sending = Executors.newFixedThreadPool(threads);
        try {
            Predictor elsewhere = (request, reply) -> answering.execute(() -> {
                NextStage once = new NextStage();
                once.predict(request, reply);
                once.answer();
            });
            List<Future<List<RecordingReply>>> sent = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long first = 1 + (long) thread * perThread;
                sent.add(sending.submit(() -> {
                    List<RecordingReply> replies = new ArrayList<>();
                    for (int i = 0; i < perThread * length; i++) {
                        int place = i % length;
                        RecordingReply reply = new RecordingReply();
                        new SequenceBatching(sequences, elsewhere)
                                .predict(
                                        new InferenceRequest(
                                                "m",
                                                "",
                                                List.of(Tensors.longs("x", ROW, 1 + place)),
                                                List.of(),
                                                Map.of(
                                                        "sequence_id",
                                                        first + i / length,
                                                        "sequence_start",
                                                        place == 0,
                                                        "sequence_end",
                                                        place == length - 1),
                                                FakeCall.patient()),
                                        reply);
                        replies.add(reply);
                    }
                    return replies;
                }));
            }
            long[] expected = {-51, -512, -5123, -51234, -512345};
            for (Future<List<RecordingReply>> each : sent) {
                List<RecordingReply> replies = each.get(20, TimeUnit.SECONDS);
                for (int i = 0; i < replies.size(); i++) {
                    assertThat(y(replies.get(i).await())).isEqualTo(expected[i % length]);
                }
            }
        } finally {
            sending.shutdownNow();
            answering.shutdown();
        }
        // The last answer is given before its sequence's slot is.
        assertThat(answering.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(sequences.held()).isZero();
        assertThat(sequences.waiting()).isZero();
    }

    @Test
    void aStageThatThrowsFailsTheRequest() {
        RecordingReply reply = new RecordingReply();
        new SequenceBatching(sequences, (request, answer) -> {
                    throw new IllegalStateException("a defect");
                })
                .predict(
                        new InferenceRequest(
                                "m",
                                "",
                                List.of(Tensors.longs("x", ROW, 1)),
                                List.of(),
                                Map.of("sequence_id", 2L, "sequence_start", true),
                                FakeCall.patient()),
                        reply);
        assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
        assertThat(sequences.held()).isZero();
    }
}
