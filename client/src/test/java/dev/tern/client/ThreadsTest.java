package dev.tern.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadsTest {
    private static final InferRequest REQUEST = InferRequest.model("m").build();

    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = FakeServer.start(Behaviours.echoAfter(gate));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void futuresAreCompletedOnTheEventLoop() {
        try (TernClient client = TernClient.builder(server.target()).build()) {
            CompletableFuture<String> thread = client.inferAsync(REQUEST)
                    .thenApply(result -> Thread.currentThread().getName());
            gate.complete(null);

            assertThat(thread.join()).contains("worker-ELG");
        }
    }

    @Test
    void blockingThereFailsAtOnce() {
        try (TernClient client = TernClient.builder(server.target()).build()) {
            CompletableFuture<InferResult> second =
                    client.inferAsync(REQUEST).thenApply(result -> client.infer(REQUEST));
            gate.complete(null);

            assertThat(second)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(IllegalStateException.class)
                    .withMessageContaining("would block the event loop");
            assertThat(client.infer(REQUEST).outputs()).isEmpty();
        }
    }

    @Test
    void chainsOfFuturesAndClosingAreAllowedThere() {
        TernClient client = TernClient.builder(server.target()).build();
        CompletableFuture<Void> chain = client.inferAsync(REQUEST)
                .thenCompose(result -> client.inferAsync(REQUEST))
                .thenAccept(result -> client.close());
        gate.complete(null);

        assertThat(chain).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void orOnAnExecutorWhichMayBlock() {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try (TernClient client =
                TernClient.builder(server.target()).callbackExecutor(executor).build()) {
            CompletableFuture<String> thread = client.inferAsync(REQUEST).thenApply(result -> {
                client.infer(REQUEST);
                return Thread.currentThread().getName();
            });
            gate.complete(null);

            assertThat(thread.join()).isEqualTo("mine");
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void manyThreadsShareOneClient() throws Exception {
        gate.complete(null);
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (TernClient client =
                TernClient.builder(server.target()).connections(2).build()) {
            List<Callable<Boolean>> callers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                int caller = i;
                callers.add(() -> allAnswersAreItsOwn(client, caller));
            }
            for (Future<Boolean> caller : threads.invokeAll(callers)) {
                assertThat(caller.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static boolean allAnswersAreItsOwn(TernClient client, int caller) {
        for (int i = 0; i < 50; i++) {
            Tensor tensor = Tensor.of(new int[] {caller, i}, 2);
            InferResult result =
                    client.infer(InferRequest.model("m").input("x", tensor).build());
            if (!result.output("x").equals(tensor)) {
                return false;
            }
        }
        return true;
    }
}
