package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferResponse;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of other servers, and broken ones. */
class AnswersTest {
    private FakeServer server;
    private TernClient client;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.echo());
        client = TernClient.builder(server.target()).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    static Stream<Arguments> typed() {
        return Stream.of(
                arguments(
                        list().addBoolContents(true).addBoolContents(false), Tensor.of(new boolean[] {true, false}, 2)),
                arguments(list().addIntContents(-1), Tensor.of(new byte[] {-1}, 1)),
                arguments(list().addIntContents(-2), Tensor.of(new short[] {-2}, 1)),
                arguments(list().addIntContents(-3), Tensor.of(new int[] {-3}, 1)),
                arguments(list().addInt64Contents(-4), Tensor.of(new long[] {-4}, 1)),
                arguments(list().addUintContents(255), Tensor.ofUnsigned(new byte[] {-1}, 1)),
                arguments(list().addUintContents(65535), Tensor.ofUnsigned(new short[] {-1}, 1)),
                arguments(list().addUintContents(-1), Tensor.ofUnsigned(new int[] {-1}, 1)),
                arguments(list().addUint64Contents(-1), Tensor.ofUnsigned(new long[] {-1}, 1)),
                arguments(list().addFp32Contents(1.5f), Tensor.of(new float[] {1.5f}, 1)),
                arguments(list().addFp64Contents(1e300), Tensor.of(new double[] {1e300}, 1)),
                arguments(list().addBytesContents(ByteString.copyFromUtf8("ж")), Tensor.of(new String[] {"ж"}, 1)),
                arguments(list(), Tensor.of(new float[0], 0)));
    }

    @ParameterizedTest
    @MethodSource("typed")
    void typedContentsAreRead(InferTensorContents.Builder contents, Tensor expected) {
        server.behave(Behaviours.answeringTyped(expected.datatype().name(), contents.build(), expected.shape()));

        assertThat(infer().output("y")).isEqualTo(expected);
    }

    @Test
    void typedContentsOfTheWrongKindAreRefused() {
        server.behave(
                Behaviours.answeringTyped("FP32", list().addFp64Contents(1).build(), 1));
        assertBroken("output 'y': 0 bytes do not fill FP32[1]");

        server.behave(Behaviours.answeringTyped("FP16", list().addIntContents(1).build(), 1));
        assertBroken("output 'y': 0 bytes do not fill FP16[1] (expected: 1 elements of 2 bytes)");
    }

    @Test
    void rawContentsOfTheWrongSizeAreRefused() {
        server.behave(Behaviours.answeringRaw("FP32", ByteString.copyFrom(new byte[7]), 2));
        assertBroken("output 'y': 7 bytes do not fill FP32[2] (expected: 2 elements of 4 bytes)");

        server.behave(Behaviours.answeringRaw("BYTES", ByteString.copyFrom(new byte[] {9, 0, 0, 0}), 1));
        assertBroken("output 'y': element 0 of a BYTES tensor is 9 bytes long, but 0 are left");
    }

    @Test
    void unknownDatatypesAreRefused() {
        server.behave(Behaviours.answeringRaw("FP8", ByteString.copyFrom(new byte[1]), 1));
        assertBroken("output 'y' has the unknown datatype 'FP8'");
    }

    @Test
    void everyOutputNeedsItsContents() {
        server.behave(Behaviours.answering(ModelInferResponse.newBuilder()
                .addRawOutputContents(ByteString.EMPTY)
                .build()));
        assertBroken("1 raw contents for 0 outputs");
    }

    @Test
    void futuresFailOnBrokenAnswersToo() {
        server.behave(Behaviours.answeringRaw("FP8", ByteString.EMPTY, 1));
        assertThat(client.inferAsync(InferRequest.model("m").build()))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InferException.class)
                .withMessageContaining("unknown datatype");
    }

    private InferResult infer() {
        return client.infer(InferRequest.model("m").build());
    }

    private void assertBroken(String what) {
        assertThatExceptionOfType(InferException.class)
                .isThrownBy(this::infer)
                .withMessageStartingWith("INTERNAL: the server's answer breaks the protocol: " + what)
                .matches(e -> e.code() == Status.Code.INTERNAL);
    }

    private static InferTensorContents.Builder list() {
        return InferTensorContents.newBuilder();
    }
}
