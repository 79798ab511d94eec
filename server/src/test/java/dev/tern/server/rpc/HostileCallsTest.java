package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.Reply;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.NoLeaks;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a caller sends and whatever goes wrong behind the port, the call ends with a status and nothing is kept. */
@Tag("protocol")
class HostileCallsTest {
    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    @Test
    void aMessageOverTheLimitIsRefusedAndTheConnectionGoesOn() throws Exception {
        try (GatedServer server = GatedServer.ready(directory, 1000, null)) {
            ModelInferRequest large = Requests.raw("gated", "x", "UINT8", ByteString.copyFrom(new byte[1001]), 1001)
                    .build();
            Refused refused = Refused.by(() -> server.stub().modelInfer(large));
            assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.message()).contains("1000");
            assertThat(answers(server)).isTrue();
        }
    }

    private static final Map<String, String> NO_MESSAGES = Map.of(
            "an input that is cut off", "2a7f",
            "a length that is negative", "0affffffff0f",
            "a field of number 0", "00",
            "a field of no known type", "0f",
            "a varint of eleven bytes", "f001" + "80".repeat(10) + "01",
            "a name that is not UTF-8", "0a02c080",
            "a group's end without its begin", "f401",
            "a group without its end", "f301",
            "groups too deep", "f301".repeat(101) + "f401".repeat(101),
            "floats that are cut off", "2a072a053203000000");

    @Test
    void whatIsNoMessageIsRefusedAndTheConnectionGoesOn() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            NO_MESSAGES.forEach((what, hex) -> {
                assertThat(Refused.by(() -> ClientCalls.blockingUnaryCall(
                                server.channel(),
                                Bytes.in(GRPCInferenceServiceGrpc.getModelInferMethod()),
                                CallOptions.DEFAULT,
                                HexFormat.of().parseHex(hex))))
                        .as(what)
                        .isEqualTo(new Refused(
                                Status.Code.INTERNAL,
                                "the request is not a valid message of inference.GRPCInferenceService/ModelInfer"));
                assertThat(answers(server)).isTrue();
            });
        }
    }

    /** Trailers over 8 KiB would break the call, or the connection, at the client. */
    @ParameterizedTest
    @ValueSource(strings = {"m", "\u4e2d", "\uD83D\uDE00", "%", "\n"})
    void aLongNameIsShortenedInTheMessage(String character) throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            Refused refused = Refused.by(() -> server.stub()
                    .modelInfer(Requests.to(character.repeat(20_000)).build()));
            assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(refused.message())
                    .startsWith("Request for unknown model: '" + character.repeat(100))
                    .endsWith("...");
            assertThat(answers(server)).isTrue();
        }
    }

    @Test
    void aFailureBelowIsToldWithoutItsText() throws Exception {
        Predictor broken = (request, reply) -> {
            throw new IllegalStateException("/secret/path");
        };
        assertRefused(broken, "internal error while handling the request");
    }

    @Test
    void anAnswerThatCannotBeWrittenIsAFailure() throws Exception {
        Predictor broken = (request, reply) -> reply.succeed(
                new InferenceResponse(List.of(new Tensor("y", DataType.UINT8, Shape.of(1), new BrokenPayload(1)))));
        assertRefused(broken, "internal error while writing the answer");
    }

    @Test
    void anAnswerThatIsTooLargeForAMessageIsRefused() throws Exception {
        long size = Integer.MAX_VALUE + 1L;
        Predictor huge = (request, reply) -> reply.succeed(new InferenceResponse(
                List.of(new Tensor("y", DataType.UINT8, Shape.of(size), new BrokenPayload(size)))));
        try (GatedServer server = GatedServer.answering(directory, huge)) {
            assertThat(Refused.by(() -> server.stub().modelInfer(GatedServer.request(1))))
                    .isEqualTo(Refused.invalid(
                            "Response has byte size 2147483648 which exceeds gRPC's byte size limit" + " 2147483647."));
        }
    }

    @Test
    void aSecondAnswerIsDropped() throws Exception {
        Predictor twice = (request, reply) -> {
            echo(request, reply);
            reply.fail(Failure.of(Kind.INTERNAL, "too late"));
            echo(request, reply);
        };
        try (GatedServer server = GatedServer.answering(directory, twice)) {
            assertThat(server.stub().modelInfer(GatedServer.request(4)).getRawOutputContents(0))
                    .isEqualTo(Requests.longs(4));
            assertThat(server.outcomes()).containsExactly("OK");
        }
    }

    private static void echo(InferenceRequest request, Reply reply) {
        reply.succeed(new InferenceResponse(request.inputs()));
    }

    private void assertRefused(Predictor broken, String message) throws Exception {
        try (GatedServer server = GatedServer.answering(directory, broken)) {
            assertThat(Refused.by(() -> server.stub().modelInfer(GatedServer.request(1))))
                    .isEqualTo(new Refused(Status.Code.INTERNAL, message));
            assertThat(server.inFlight()).isZero();
            assertThat(server.outcomes()).containsExactly("INTERNAL");
        }
    }

    private static boolean answers(GatedServer server) {
        server.letRun(1);
        return server.stub()
                .modelInfer(GatedServer.request(6))
                .getRawOutputContents(0)
                .equals(Requests.longs(6));
    }

    /** Says it holds so many bytes and fails when asked for them. */
    private record BrokenPayload(long size) implements Payload {

        @Override
        public void copyTo(long from, ByteBuffer dst) {
            throw new IllegalStateException("/secret/path");
        }

        @Override
        public Payload retain() {
            return this;
        }

        @Override
        public void release() {}
    }
}
