package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.batching.policy.QueuePolicy;
import dev.tern.server.batching.policy.QueuePolicy.TimeoutAction;
import dev.tern.server.batching.policy.SchedulerSettings;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Triton's schedule policy extension: {@code priority} and {@code timeout} of a request, over a real socket. */
@Tag("protocol")
class SchedulePolicyTest {
    private static final int PATIENCE_SECONDS = 20;

    /** A timeout longer than any test takes, for which a request may ask for less. */
    private static final QueuePolicy POLICY = new QueuePolicy(TimeoutAction.REJECT, TimeUnit.HOURS.toNanos(1), true, 0);

    private static final SchedulerSettings TWO_LEVELS =
            SchedulerSettings.unbatched(0).withLevels(List.of(POLICY, POLICY), 2);

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private static InferParameter signed(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    private static InferParameter unsigned(long value) {
        return InferParameter.newBuilder().setUint64Param(value).build();
    }

    private static ListenableFuture<ModelInferResponse> send(GatedServer server, ModelInferRequest request) {
        return GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(request);
    }

    private static ListenableFuture<ModelInferResponse> send(GatedServer server, String key, InferParameter value) {
        return send(
                server,
                GatedServer.request(1).toBuilder().putParameters(key, value).build());
    }

    private static void assertAnswered(ListenableFuture<ModelInferResponse> answer) throws Exception {
        assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getOutputsCount())
                .isEqualTo(1);
    }

    @Test
    void theTimeoutOfARequestIsItsTimeInTheQueue() throws Exception {
        try (GatedServer server = GatedServer.scheduling(directory, TWO_LEVELS)) {
            ListenableFuture<ModelInferResponse> running = send(server, GatedServer.request(1));
            Await.until("it runs", () -> server.runs() == 1);
            ListenableFuture<ModelInferResponse> late = send(server, "timeout", signed(1));
            Await.until("it queues, or did", () -> server.queued() == 1 || late.isDone());
            server.letRun(1);
            assertAnswered(running);
            assertThat(Refused.by(late)).isEqualTo(Refused.unavailable("Request timeout expired"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePriorityOfARequestIsItsLevel(boolean signed) throws Exception {
        try (GatedServer server = GatedServer.scheduling(directory, TWO_LEVELS)) {
            ListenableFuture<ModelInferResponse> running = send(server, GatedServer.request(1));
            Await.until("it runs", () -> server.runs() == 1);
            ListenableFuture<ModelInferResponse> usual = send(server, "priority", signed(0));
            ListenableFuture<ModelInferResponse> first = send(server, "priority", signed ? signed(1) : unsigned(1));
            Await.until("both queue", () -> server.queued() == 2);
            server.letRun(2);
            assertAnswered(running);
            assertAnswered(first);
            assertThat(usual.isDone())
                    .as("the one that came first, of a lower level")
                    .isFalse();
            server.letRun(1);
            assertAnswered(usual);
        }
    }
}
