package dev.tern.bench.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call to a server that may answer it any number of times. */
class ConnectionTest {
    private int answers;
    private boolean ends = true;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        MethodDescriptor<ModelInferRequest, ModelInferResponse> stream =
                GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                        .setType(MethodType.SERVER_STREAMING)
                        .build();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder(GRPCInferenceServiceGrpc.SERVICE_NAME)
                        .addMethod(stream, ServerCalls.asyncServerStreamingCall(this::answer))
                        .build())
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void oneAnswerIsRight() throws Exception {
        answers = 1;
        assertThat(send()).isEqualTo("answered");
    }

    @Test
    void noneIsAFailure() throws Exception {
        assertThat(send()).isEqualTo("INTERNAL: the server ended the call without an answer");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 100})
    void moreThanOneIsAFailure(int number) throws Exception {
        answers = number;
        assertThat(send()).isEqualTo("INTERNAL: the server answered the call more than once");
    }

    @Test
    void soIsASecondOneWithoutAnEnd() throws Exception {
        answers = 2;
        ends = false;
        assertThat(send()).isEqualTo("INTERNAL: the server answered the call more than once");
    }

    private void answer(ModelInferRequest request, StreamObserver<ModelInferResponse> reply) {
        for (int i = 0; i < answers; i++) {
            reply.onNext(ModelInferResponse.getDefaultInstance());
        }
        if (ends) {
            reply.onCompleted();
        }
    }

    /** How a call ends that has no deadline. */
    private String send() throws Exception {
        HostPort address = new HostPort(InetAddress.getLoopbackAddress().getHostAddress(), server.getPort());
        try (Target target = Target.connect(new TargetSettings(address, 1, 1, Duration.ZERO, false))) {
            CompletableFuture<String> ending = new CompletableFuture<>();
            target.connections()
                    .get(0)
                    .send(ModelInferRequest.getDefaultInstance().toByteArray(), completing(ending));
            return ending.get(20, TimeUnit.SECONDS);
        }
    }

    private static Endpoint.Completion completing(CompletableFuture<String> ending) {
        return new Endpoint.Completion() {
            @Override
            public void answered(byte[] answer) {
                ending.complete("answered");
            }

            @Override
            public void failed(String code, String message) {
                ending.complete(code + ": " + message);
            }
        };
    }
}
