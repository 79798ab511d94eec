package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.predict.InferenceResponse;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests too large to be copied: the network's buffers come back however a call ends. */
class KeptRequestsTest {
    private static final int ROWS = 10_000;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private static ModelInferRequest large() {
        return GatedServer.request(new long[ROWS]);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 500, 5_000, 60_000})
    void areAnsweredInFull(int rows) throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            server.letRun(1);
            long[] values = new long[rows];
            for (int i = 0; i < rows; i++) {
                values[i] = 0x0123456789abcdefL * i;
            }
            assertThat(server.stub().modelInfer(GatedServer.request(values)).getRawOutputContents(0))
                    .isEqualTo(Requests.longs(values));
        }
    }

    @Test
    void areKeptWhileTheyWait() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            CompletableFuture<Status> ended = new CompletableFuture<>();
            ClientCall<?, ?> unused = send(server, ended, 1, true);
            Await.until("the request runs", () -> server.runs() == 1);
            assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before)
                    .isGreaterThanOrEqualTo(ROWS * Long.BYTES);
            server.letRun(1);
            assertThat(ended.get().getCode()).isEqualTo(Status.Code.OK);
        }
    }

    @Test
    void areGivenBackWhenTheyAreRefused() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            ModelInferRequest nobodys =
                    large().toBuilder().setModelName("nobody").build();
            assertThat(Refused.by(() -> server.stub().modelInfer(nobodys)).code())
                    .isEqualTo(Status.Code.NOT_FOUND);
            ModelInferRequest wrong = large().toBuilder()
                    .addInputs(Requests.input("y", "INT64", 1))
                    .build();
            assertThat(Refused.by(() -> server.stub().modelInfer(wrong)).code())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void areGivenBackWhenTheCallEndsBeforeItIsWhole() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            CompletableFuture<Status> ended = new CompletableFuture<>();
            ClientCall<ModelInferRequest, ModelInferResponse> call = send(server, ended, 1, false);
            Await.until(
                    "the message has come",
                    () -> PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before >= ROWS * Long.BYTES);
            call.cancel("changed my mind", null);
            assertThat(ended.get().getCode()).isEqualTo(Status.Code.CANCELLED);
            assertThat(server.inFlight()).isZero();
        }
    }

    @Test
    void areGivenBackWhenThereIsOneTooMany() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            CompletableFuture<Status> ended = new CompletableFuture<>();
            ClientCall<?, ?> unused = send(server, ended, 2, true);
            assertThat(ended.get().isOk()).isFalse();
            assertThat(server.runs()).isZero();
        }
    }

    @Test
    void mayBeAnsweredWithThemselves() throws Exception {
        try (GatedServer server = GatedServer.answering(directory, (request, reply) -> {
            request.inputs().forEach(each -> each.data().retain());
            reply.succeed(new InferenceResponse(request.inputs()));
        })) {
            ByteString data = large().getRawInputContents(0);
            assertThat(server.stub().modelInfer(large()).getRawOutputContents(0))
                    .isEqualTo(data);
        }
    }

    @Test
    void mayBeCompressed() throws Exception {
        try (GatedServer server = GatedServer.ready(directory)) {
            server.letRun(1);
            assertThat(server.stub().withCompression("gzip").modelInfer(large()).getRawOutputContents(0))
                    .isEqualTo(large().getRawInputContents(0));
        }
    }

    private static ClientCall<ModelInferRequest, ModelInferResponse> send(
            GatedServer server, CompletableFuture<Status> ended, int messages, boolean whole) {
        // Only a call of many messages may send more than one, or wait before it says that there are no more.
        MethodDescriptor<ModelInferRequest, ModelInferResponse> method =
                GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                        .setType(MethodDescriptor.MethodType.CLIENT_STREAMING)
                        .build();
        ClientCall<ModelInferRequest, ModelInferResponse> call =
                server.channel().newCall(method, CallOptions.DEFAULT);
        call.start(new Ended(ended), new Metadata());
        call.request(1);
        for (int i = 0; i < messages; i++) {
            call.sendMessage(large());
        }
        if (whole) {
            call.halfClose();
        }
        return call;
    }

    private static final class Ended extends ClientCall.Listener<ModelInferResponse> {
        private final CompletableFuture<Status> ended;

        Ended(CompletableFuture<Status> ended) {
            this.ended = ended;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
        }
    }
}
