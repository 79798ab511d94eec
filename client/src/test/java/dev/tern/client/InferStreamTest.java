package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream's futures: each gets the answer to its request, or learns why there is none. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InferStreamTest {
    private FakeServer server;
    private TernClient client;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.echo());
        client = TernClient.builder(server.target())
                .header("team", "search")
                .maxMessageSize(10_000)
                .build();
    }

    @AfterEach
    void stop() {
        client.close(Duration.ZERO);
        server.close();
    }

    private static InferRequest.Builder request(long value) {
        return InferRequest.model("m").id(Long.toString(value)).input("x", Tensor.of(new long[] {value}, 1));
    }

    private static InferException failure(CompletableFuture<InferResult> answer) throws Exception {
        try {
            answer.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(InferException.class);
            return InferException.of(Objects.requireNonNull(e.getCause()));
        }
        throw new AssertionError("the request did not fail");
    }

    @Test
    void eachRequestGetsItsAnswer() throws Exception {
        try (InferStream stream = client.stream()) {
            List<CompletableFuture<InferResult>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(stream.infer(request(i).build()));
            }
            for (int i = 0; i < 100; i++) {
                InferResult answer = answers.get(i).get(20, TimeUnit.SECONDS);
                assertThat(answer.output("x").asLongs()).containsExactly(i);
                assertThat(answer.id()).isEqualTo(Integer.toString(i));
            }
        }
        FakeServer.Seen seen = server.nextCall();
        assertThat(seen.header("team")).isEqualTo("search");
        assertThat(seen.hasDeadline).isFalse();
    }

    @Test
    void aRequestThatFailsFailsAlone() throws Exception {
        server.behave(Behaviours.failing(1, Status.NOT_FOUND.withDescription("no such model"), new Metadata()));
        try (InferStream stream = client.stream()) {
            InferException failure = failure(stream.infer(request(1).build()));
            assertThat(failure.code()).isEqualTo(Status.Code.UNKNOWN);
            assertThat(failure.description()).isEqualTo("no such model");
            assertThat(stream.infer(request(2).build())
                            .get(20, TimeUnit.SECONDS)
                            .id())
                    .isEqualTo("2");
        }
    }

    @Test
    void aCallbackOnAnExecutorMayWaitForTheNextAnswer() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        server.behave(Behaviours.echoAfter(gate));
        try (TernClient calling = TernClient.builder(server.target())
                        .callbackExecutor(executor)
                        .build();
                InferStream stream = calling.stream()) {
            CompletableFuture<String> second = stream.infer(request(1).build())
                    .thenApply(first -> stream.infer(request(2).build())
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join()
                            .id());
            gate.complete(null);
            assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("2");
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void whatTheExecutorRefusesFails() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        AtomicBoolean full = new AtomicBoolean();
        // gRPC's own tasks are taken: only a completion runs within one of them.
        ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);
        Executor refusing = task -> {
            if (full.get() && within.get()) {
                throw new RejectedExecutionException("full");
            }
            executor.execute(() -> {
                within.set(true);
                try {
                    task.run();
                } finally {
                    within.remove();
                }
            });
        };
        try (TernClient calling = TernClient.builder(server.target())
                        .callbackExecutor(refusing)
                        .build();
                InferStream stream = calling.stream()) {
            assertThat(stream.infer(request(1).build())
                            .get(20, TimeUnit.SECONDS)
                            .id())
                    .isEqualTo("1");
            full.set(true);
            InferException failure = failure(stream.infer(request(2).build()));
            assertThat(failure).hasRootCauseInstanceOf(RejectedExecutionException.class);
            full.set(false);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void theEndOfTheStreamFailsAllThatIsUnansweredAndAllThatComes() throws Exception {
        server.behave(Behaviours.silence());
        InferStream stream = client.stream();
        CompletableFuture<InferResult> first = stream.infer(request(1).build());
        CompletableFuture<InferResult> second =
                stream.infer(request(2).id("end").build());
        assertThat(failure(first).code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure(second).description()).isEqualTo("gone");
        assertThat(failure(stream.infer(request(3).build())).description()).isEqualTo("gone");
        stream.close();
    }

    @Test
    void aClosedStreamAnswersWhatWasSentAndTakesNoMore() throws Exception {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        server.behave(Behaviours.echoAfter(gate));
        InferStream stream = client.stream();
        CompletableFuture<InferResult> answer = stream.infer(request(7).build());
        server.nextCall();
        server.behave(Behaviours.echo());
        gate.complete(null);
        assertThat(answer.get(20, TimeUnit.SECONDS).id()).isEqualTo("7");
        stream.close();
        stream.close();
        assertThatThrownBy(() -> stream.infer(request(8).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the stream is closed");
    }

    @Test
    void cancellingEndsTheStreamOnTheServerToo() throws Exception {
        server.behave(Behaviours.silence());
        InferStream stream = client.stream();
        CompletableFuture<InferResult> answer = stream.infer(request(7).build());
        server.nextCall();
        stream.cancel();
        assertThat(failure(answer).code()).isEqualTo(Status.Code.CANCELLED);
        assertThat(server.nextCancelled()).isEqualTo("stream");
    }

    @Test
    void whatAStreamCannotCarryIsRefused() throws Exception {
        try (InferStream stream = client.stream()) {
            assertThatThrownBy(() -> stream.infer(
                            request(1).deadline(Duration.ofSeconds(1)).build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("deadline");
            assertThatThrownBy(() -> stream.infer(request(1).header("a", "b").build()))
                    .isInstanceOf(IllegalArgumentException.class);
            InferRequest large = InferRequest.model("m")
                    .input("x", Tensor.of(new long[2_000], 2_000))
                    .build();
            assertThat(failure(stream.infer(large)).code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(stream.infer(request(2).build())
                            .get(20, TimeUnit.SECONDS)
                            .id())
                    .isEqualTo("2");
        }
    }
}
