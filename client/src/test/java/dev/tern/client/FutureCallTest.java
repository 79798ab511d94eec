package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is thrown while an answer is read, whoever waits for the future hears of it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FutureCallTest {
    private FakeServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.echo());
        channel = NettyChannelBuilder.forTarget(server.target())
                .usePlaintext()
                .directExecutor()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    static Stream<Throwable> thrown() {
        String reason = "expected by this test";
        return Stream.of(
                new OutOfMemoryError(reason),
                new StackOverflowError(reason),
                new AssertionError(reason),
                new IllegalStateException(reason));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void failsTheFuture(Throwable thrown) {
        assertThat(call(thrown))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isSameAs(thrown);
        assertThat(call(null)).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("m");
    }

    /** A call whose answer is read by a reader that throws {@code thrown}, or tells the model's name. */
    private CompletableFuture<String> call(@Nullable Throwable thrown) {
        Rpc<ModelInferRequest, ModelInferResponse, String> rpc =
                Rpc.of(GRPCInferenceServiceGrpc.getModelInferMethod(), response -> read(response, thrown));
        return FutureCall.start(
                rpc,
                channel.newCall(rpc.method(), CallOptions.DEFAULT),
                ModelInferRequest.newBuilder().setModelName("m").build(),
                EventLoop::run);
    }

    private static String read(ModelInferResponse response, @Nullable Throwable thrown) {
        if (thrown instanceof Error) {
            throw (Error) thrown;
        }
        if (thrown instanceof RuntimeException) {
            throw (RuntimeException) thrown;
        }
        return response.getModelName();
    }
}
