package dev.tern.bench.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.FakeServer;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How requests end that go over one stream. */
class StreamConnectionTest {
    private static byte[] request() {
        return ModelInferRequest.newBuilder()
                .addInputs(InferInputTensor.newBuilder().addShape(1))
                .build()
                .toByteArray();
    }

    private static Target connect(FakeServer server, boolean keepAnswers) {
        return Target.connect(
                new TargetSettings(HostPort.parse(server.address()), 1, 1, Duration.ZERO, keepAnswers, true));
    }

    @Test
    void eachIsToldItsOwnAnswerOrError() throws Exception {
        for (boolean keep : new boolean[] {true, false}) {
            try (FakeServer server = FakeServer.start();
                    Target target = connect(server, keep)) {
                server.behaving((number, content, reply) -> {
                    if (number % 2 == 0) {
                        reply.onError(
                                Status.NOT_FOUND.withDescription("no " + number).asRuntimeException());
                    } else {
                        reply.onNext(ModelInferResponse.newBuilder()
                                .setId(Integer.toString(number))
                                .build());
                    }
                });
                List<CompletableFuture<String>> endings = new ArrayList<>();
                Endpoint connection = target.connections().get(0);
                for (int i = 0; i < 4; i++) {
                    endings.add(send(connection));
                }
                List<String> told = new ArrayList<>();
                for (CompletableFuture<String> each : endings) {
                    told.add(each.get(20, TimeUnit.SECONDS));
                }
                assertThat(told)
                        .containsExactly(
                                keep ? "answer 1" : "answer ",
                                "UNKNOWN: no 2",
                                keep ? "answer 3" : "answer ",
                                "UNKNOWN: no 4");
                assertThat(server.streams()).isEqualTo(1);
            }
        }
    }

    @Test
    void whatIsUnderWayFailsWithTheStreamAndTheNextOneOpensAnother() throws Exception {
        try (FakeServer server = FakeServer.start();
                Target target = connect(server, false)) {
            server.behaving((number, content, reply) -> {
                if (number == 3) {
                    reply.onError(Status.ABORTED.withDescription("over").asRuntimeException());
                } else if (number > 3) {
                    reply.onNext(ModelInferResponse.getDefaultInstance());
                }
            });
            Endpoint connection = target.connections().get(0);
            List<CompletableFuture<String>> endings = List.of(send(connection), send(connection), send(connection));
            for (CompletableFuture<String> each : endings) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo("ABORTED: over");
            }
            assertThat(send(connection).get(20, TimeUnit.SECONDS)).isEqualTo("answer ");
            assertThat(server.streams()).isEqualTo(2);
        }
    }

    private static CompletableFuture<String> send(Endpoint connection) {
        CompletableFuture<String> ending = new CompletableFuture<>();
        connection.send(request(), new Endpoint.Completion() {
            @Override
            public void answered(byte[] answer) {
                try {
                    ending.complete(
                            "answer " + ModelInferResponse.parseFrom(answer).getId());
                } catch (IOException e) {
                    ending.completeExceptionally(e);
                }
            }

            @Override
            public void failed(String code, String message) {
                ending.complete(code + ": " + message);
            }
        });
        return ending;
    }
}
