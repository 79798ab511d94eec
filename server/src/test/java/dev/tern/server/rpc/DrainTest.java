package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.boot.TestServer;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The way out, as SIGTERM begins it. */
@Tag("protocol")
class DrainTest {
    /** Far longer than it takes to notice that the run has begun. */
    private static final long LONG = 400_000;

    /** Hours. */
    private static final long ENDLESS = 1L << 40;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path repository;

    private Set<Thread> threadsBefore = Set.of();

    @BeforeEach
    void layOut() {
        ModelDirectory.of(repository, "slow").version(1, OnnxModels.slow());
        threadsBefore = threads();
    }

    @Test
    void answersWhatIsInFlightThenEndsEverything() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        try (TestServer server = TestServer.serving(repository)) {
            watch(server.channel(), events);
            Await.until("the stream is open", () -> events.contains("SERVING"));
            List<ListenableFuture<ModelInferResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(infer(server.channel(), LONG, events));
            }
            Await.until("all are in flight", () -> server.inFlight() == 3);
            server.stop();
            for (ListenableFuture<ModelInferResponse> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).getRawOutputContents(0))
                        .isEqualTo(Requests.floats(new float[64]));
            }
            assertThat(events)
                    .containsExactly("SERVING", "NOT_SERVING", "UNAVAILABLE", "answered", "answered", "answered");
            assertThat(Refused.by(() -> server.stub().modelInfer(request(1))).code())
                    .isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(server.models().get(0).versions()).allSatisfy(version -> {
                assertThat(version.state()).isEqualTo(VersionState.UNAVAILABLE);
                assertThat(version.reason()).isEqualTo("unloaded");
            });
        }
        Await.until("the server's threads have ended", () -> serverThreads().isEmpty());
    }

    @Test
    void endsWhatTakesLongerThanTheExitTimeout() throws Exception {
        try (TestServer server = TestServer.builder(repository)
                .executionSlots(1)
                .exitTimeout(Duration.ofMillis(100))
                .leavesModelsOpen()
                .start()) {
            ListenableFuture<ModelInferResponse> answer =
                    infer(server.channel(), ENDLESS, new ConcurrentLinkedQueue<>());
            Await.until("it is in flight", () -> server.inFlight() == 1);
            ListenableFuture<ModelInferResponse> queued = infer(server.channel(), 1, new ConcurrentLinkedQueue<>());
            Await.until("the next one waits", () -> server.inFlight() == 2);
            server.stop();
            assertThat(Refused.by(answer).code()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(Refused.by(queued).code()).isEqualTo(Status.Code.UNAVAILABLE);
            Await.until("the run, which nobody waits for, is over", () -> server.inFlight() == 0);
        }
        Await.until("the server's threads have ended", () -> serverThreads().isEmpty());
    }

    @Test
    @Timeout(60)
    void theDrainDelayLeavesTimeToClose() {
        try (TestServer server = TestServer.builder(repository)
                .drainDelay(Duration.ofHours(1))
                .exitTimeout(Duration.ofSeconds(1))
                .start()) {
            server.stop();
            assertThat(server.models().get(0).versions())
                    .extracting(VersionIndex::reason)
                    .containsExactly("unloaded");
        }
    }

    /** gRPC itself waits ten seconds for the answer to a ping before it gives such a connection up. */
    @Test
    void aConnectionThatKeepsSilentIsNotWaitedFor(@TempDir Path other) throws Exception {
        try (GatedServer server = GatedServer.ready(other);
                SilentConnection silent = SilentConnection.to(server.port())) {
            assertThat(server.drain(60)).isTrue();
            // Still open, so nobody has waited for its end.
            assertThatCode(silent::ping).doesNotThrowAnyException();
        }
    }

    private Set<String> serverThreads() {
        return threads().stream()
                .filter(thread -> !threadsBefore.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith("tern-"))
                .collect(Collectors.toSet());
    }

    private static Set<Thread> threads() {
        return Set.copyOf(Thread.getAllStackTraces().keySet());
    }

    private static ListenableFuture<ModelInferResponse> infer(
            ManagedChannel channel, long iterations, ConcurrentLinkedQueue<String> events) {
        ListenableFuture<ModelInferResponse> answer =
                GRPCInferenceServiceGrpc.newFutureStub(channel).modelInfer(request(iterations));
        return Futures.transform(
                answer,
                response -> {
                    events.add("answered");
                    return response;
                },
                MoreExecutors.directExecutor());
    }

    private static ModelInferRequest request(long iterations) {
        return Requests.to("slow")
                .addInputs(Requests.input("x", "FP32", 1, 64))
                .addInputs(Requests.input("iters", "INT64", 1, 1))
                .addRawInputContents(Requests.floats(new float[64]))
                .addRawInputContents(Requests.longs(iterations))
                .build();
    }

    private static void watch(ManagedChannel channel, ConcurrentLinkedQueue<String> events) {
        HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), new StreamObserver<>() {
            @Override
            public void onNext(HealthCheckResponse response) {
                events.add(response.getStatus().name());
            }

            @Override
            public void onError(Throwable failure) {
                events.add(Status.fromThrowable(failure).getCode().name());
            }

            @Override
            public void onCompleted() {
                events.add("completed");
            }
        });
    }
}
