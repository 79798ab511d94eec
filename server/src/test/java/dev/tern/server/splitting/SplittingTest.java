package dev.tern.server.splitting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.server.engine.Slab;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SplittingTest {
    private static final Failure FIRST = Failure.of(Kind.RESOURCE_EXHAUSTED, "first");
    private static final Failure SECOND = Failure.of(Kind.UNAVAILABLE, "second");

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    private final Parts parts = new Parts();
    private final FakeCall call = FakeCall.patient();

    @Test
    void whatFitsIntoARunGoesThroughUntouched() {
        for (int rows : new int[] {0, 1, 4}) {
            InferenceRequest request = Parts.request(call, Tensors.longs("x", Shape.of(rows), new long[rows]));
            Reply reply = new RecordingReply();
            new Splitting(4, parts).predict(request, reply);
            assertThat(parts.requests).last().isSameAs(request);
            assertThat(parts.replies).last().isSameAs(reply);
        }
        InferenceRequest empty = Parts.request(call);
        new Splitting(4, parts).predict(empty, new RecordingReply());
        assertThat(parts.requests).last().isSameAs(empty);
    }

    @Test
    void partsAreFullAndTheLastIsWhatIsLeft() {
        parts.send(4, call, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(parts.values()).containsExactly(new long[] {1, 2, 3, 4}, new long[] {5, 6, 7, 8}, new long[] {9});
        assertThat(parts.requests).allSatisfy(part -> {
            assertThat(part.model()).isEqualTo("m");
            assertThat(part.id()).isEqualTo("id");
            assertThat(part.outputs()).containsExactly("y");
            assertThat(part.parameters()).isEqualTo(Map.of("priority", 1L));
        });
    }

    @Test
    void allInputsAreCutAtTheSameRows() {
        Tensor texts = Tensors.strings("s", Shape.of(3, 2), "a", "", "bcd", "e", "f", "gh");
        Tensor numbers = Tensors.longs("n", Shape.of(3), 1, 2, 3);
        new Splitting(2, parts).predict(Parts.request(call, texts, numbers), new RecordingReply());

        List<Tensor> second = parts.requests.get(1).inputs();
        assertThat(second).extracting(Tensor::name).containsExactly("s", "n");
        assertThat(second).extracting(Tensor::shape).containsExactly(Shape.of(1, 2), Shape.of(1));
        assertThat(Tensors.strings(second.get(0))).containsExactly("f", "gh");
        assertThat(Tensors.longs(second.get(1))).containsExactly(3);
    }

    @ParameterizedTest
    @EnumSource
    void answersOfEveryTypeAreJoinedInOrderWhicheverComesFirst(DataType type) {
        Tensor whole = random(type, 7);
        RecordingReply reply = new RecordingReply();
        new Splitting(2, parts).predict(Parts.request(call, whole), reply);
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
        Collections.shuffle(order, new Random(7));

        order.forEach(part -> {
            assertThat(reply.isAnswered()).isFalse();
            parts.echo(part);
        });

        Tensor answer = reply.outputs().get(0);
        assertThat(answer.type()).isEqualTo(type);
        assertThat(answer.shape()).isEqualTo(Shape.of(7, 3));
        assertThat(Tensors.bytes(answer)).isEqualTo(Tensors.bytes(whole));
    }

    @Test
    void severalOutputsAreJoinedEachToItsOwn() {
        RecordingReply reply = parts.send(2, call, 1, 2, 3);
        parts.answer(0, Tensors.longs("a", Shape.of(2), 1, 2), Tensors.strings("b", Shape.of(2), "x", "y"));
        parts.answer(1, Tensors.longs("a", Shape.of(1), 3), Tensors.strings("b", Shape.of(1), "z"));
        assertThat(reply.outputs()).extracting(Tensor::name).containsExactly("a", "b");
        assertThat(Tensors.longs(reply.outputs().get(0))).containsExactly(1, 2, 3);
        assertThat(Tensors.strings(reply.outputs().get(1))).containsExactly("x", "y", "z");
    }

    @Test
    void oneFailureIsToldAtOnceAndTheRequestFailsWhenNoPartRuns() {
        RecordingReply reply = parts.send(1, call, 1, 2, 3, 4);
        parts.echo(1);
        parts.replies.get(2).fail(FIRST);
        assertThat(reply.early()).isSameAs(FIRST);
        parts.echo(0);
        assertThat(reply.isAnswered()).as("while a part runs").isFalse();
        parts.replies.get(3).fail(SECOND);
        assertThat(reply.failure()).isSameAs(FIRST);
    }

    @Test
    void theOthersAreWithdrawnBeforeTheCallerIsTold() {
        List<String> order = new ArrayList<>();
        RecordingReply reply = new RecordingReply();
        InferenceRequest request = Parts.request(call, Tensors.longs("x", Shape.of(3), 1, 2, 3));
        new Splitting(1, parts).predict(request, reply);
        parts.requests.get(2).call().onDone(() -> {
            order.add(reply.early() != null ? "told first" : "withdrawn first");
            parts.replies.get(2).fail(SECOND);
        });
        assertThat(parts.requests.get(2).call().isDone()).isFalse();

        parts.replies.get(0).fail(FIRST);

        assertThat(order).containsExactly("withdrawn first");
        assertThat(parts.requests.get(2).call().isDone()).isTrue();
        assertThat(reply.early()).isSameAs(FIRST);
        parts.requests.get(1).call().onDone(() -> order.add("at once"));
        assertThat(order).last().isEqualTo("at once");
        parts.echo(1);
        assertThat(reply.failure()).isSameAs(FIRST);
    }

    @Test
    void nothingMoreIsSentAfterAFailure() {
        RecordingReply reply = new RecordingReply();
        List<InferenceRequest> sent = new ArrayList<>();
        List<Reply> first = new ArrayList<>();
        new Splitting(1, (part, answer) -> {
                    sent.add(part);
                    first.add(answer);
                    if (sent.size() == 2) {
                        answer.fail(FIRST);
                    }
                })
                .predict(Parts.request(call, Tensors.longs("x", Shape.of(5), 1, 2, 3, 4, 5)), reply);
        assertThat(sent).hasSize(2);
        assertThat(reply.early()).isSameAs(FIRST);
        first.get(0).fail(SECOND);
        assertThat(reply.failure()).isSameAs(FIRST);
    }

    @Test
    void aNextStageThatThrowsFailsTheRequest() {
        RecordingReply reply = new RecordingReply();
        IllegalStateException defect = new IllegalStateException("expected by this test");
        new Splitting(1, (part, answer) -> {
                    throw defect;
                })
                .predict(Parts.request(call, Tensors.longs("x", Shape.of(2), 1, 2)), reply);
        assertThat(reply.failure())
                .isEqualTo(new Failure(Kind.INTERNAL, "internal error while handling the request", defect));
    }

    @Test
    void partsHaveTheCallersDeadlineAndLearnThatItHasGone() {
        FakeCall caller = FakeCall.until(77);
        RecordingReply reply = parts.send(1, caller, 1, 2);
        assertThat(parts.requests).allMatch(part -> part.call().deadlineNanos() == 77);
        parts.requests.get(0).call().onDone(() -> parts.replies.get(0).fail(FIRST));
        assertThat(reply.isAnswered()).isFalse();

        caller.cancel();

        assertThat(reply.early()).isSameAs(FIRST);
        assertThat(parts.requests).allMatch(part -> part.call().isDone());
        parts.echo(1);
        assertThat(reply.failure()).isSameAs(FIRST);
        assertThat(reply.answers()).isOne();
    }

    @Test
    void aCallerWhoGoesWithoutAWordIsSeenToBeGone() {
        parts.send(1, call, 1, 2);
        call.vanish();
        assertThat(parts.requests).allMatch(part -> part.call().isDone());
    }

    /** Whatever becomes of the request meanwhile. */
    @Test
    void aPartKeepsItsRowsReadableUntilItIsAnswered() {
        long before = Slab.live();
        InferenceRequest request =
                Parts.request(call, Parts.inSlab("x", DataType.INT8, Shape.of(3), (byte) 1, (byte) 2, (byte) 3));
        RecordingReply reply = new RecordingReply();
        new Splitting(2, parts).predict(request, reply);
        parts.replies.get(0).fail(FIRST);
        assertThat(reply.isAnswered()).isFalse();
        request.release();

        assertThat(Tensors.bytes(parts.requests.get(1).inputs().get(0))).containsExactly(3);
        parts.replies.get(1).fail(SECOND);
        assertThat(Slab.live()).isEqualTo(before);
    }

    @Test
    void anOutputWithoutRowsCannotBeJoined() {
        RecordingReply scalar = parts.send(2, call, 1, 2, 3);
        parts.answer(0, Parts.inSlab("total", DataType.INT8, Shape.of(), (byte) 1));
        parts.answer(1, Parts.inSlab("total", DataType.INT8, Shape.of(), (byte) 1));
        assertThat(scalar.failure())
                .isEqualTo(Failure.of(
                        Kind.INTERNAL,
                        "the parts of a request with more than max_batch_size rows for model 'm' cannot be joined:"
                                + " output 'total' has shape [] for 2 rows: it has no batch dimension"));
    }

    @Test
    void anOutputWhoseRowsDifferCannotBeJoined() {
        RecordingReply reply = parts.send(2, call, 1, 2, 3);
        parts.answer(0, Parts.inSlab("y", DataType.INT8, Shape.of(2, 1), (byte) 1, (byte) 2));
        parts.answer(1, Parts.inSlab("y", DataType.INT8, Shape.of(1, 2), (byte) 1, (byte) 2));
        assertThat(reply.failure().kind()).isEqualTo(Kind.INTERNAL);
        assertThat(reply.failure().message())
                .endsWith("rows of output 'y' have shape [1] in one part and [2] in another");
    }

    @Test
    void refusesPartsOfNoRows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Splitting(0, parts))
                .withMessage("maxBatchSize: 0 (expected: >= 1)");
    }

    private static Tensor random(DataType type, int rows) {
        Random random = new Random(7);
        if (type == DataType.BYTES) {
            String[] texts = new String[3 * rows];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = "t".repeat(random.nextInt(4)) + i;
            }
            return Tensors.strings("x", Shape.of(rows, 3), texts);
        }
        byte[] bytes = new byte[3 * rows * type.elementSize()];
        random.nextBytes(bytes);
        return Tensors.raw("x", type, Shape.of(rows, 3), bytes);
    }
}
