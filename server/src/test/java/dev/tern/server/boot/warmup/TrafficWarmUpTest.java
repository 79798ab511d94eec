package dev.tern.server.boot.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.GetSchedulingRequest;
import dev.tern.proto.admin.v1.RunTime;
import dev.tern.server.boot.Requests;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's own requests before a model is ready. */
@Timeout(120)
class TrafficWarmUpTest {
    private static final Duration BUDGET = Duration.ofSeconds(3);

    @TempDir
    Path directory;

    @Test
    void modelsHaveRunWholeRequestsBeforeTheyAreReadyAndNoneIsCounted() throws Exception {
        ModelDirectory.of(directory, "first")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config("max_batch_size: 8 dynamic_batching {}");
        ModelDirectory.of(directory, "second")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config("max_batch_size: 0 input { name: 'x' data_type: TYPE_FP32 dims: [-1, 4] }");
        try (TestServer server = TestServer.builder(directory).warmUp(BUDGET).start()) {
            assertThat(runs(server, "first")).isPositive();
            assertThat(runs(server, "second")).isPositive();
            assertThat(counted(server)).isNotEmpty().allMatch(line -> line.endsWith(" 0.0") || line.endsWith(" 0"));
            Requests.infer(server, "first", Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4));
            assertThat(counted(server)).anyMatch(line -> line.contains("model=\"first\"") && line.endsWith(" 1.0"));
        }
    }

    @Test
    void aModelThatTakesNothingMadeUpIsReadyAllTheSame() throws Exception {
        ModelDirectory.of(directory, "odd").version(1, OnnxModels.takesOneId()).config("max_batch_size: 8");
        try (TestServer server = TestServer.builder(directory).warmUp(BUDGET).start()) {
            assertThat(server.models()).allMatch(model -> model.allReady());
            assertThat(counted(server)).allMatch(line -> line.endsWith(" 0.0") || line.endsWith(" 0"));
        }
    }

    private static long runs(TestServer server, String model) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        try {
            return AdminGrpc.newBlockingStub(channel)
                    .getScheduling(
                            GetSchedulingRequest.newBuilder().setModel(model).build())
                    .getCurveList()
                    .stream()
                    .mapToLong(RunTime::getRuns)
                    .sum();
        } finally {
            channel.shutdownNow();
        }
    }

    private static List<String> counted(TestServer server) {
        return server.metrics()
                .lines()
                .filter(line -> line.startsWith("tern_inference_requests_total")
                        || line.startsWith("tern_inference_executions_total")
                        || line.startsWith("tern_inference_batch_size_count"))
                .toList();
    }
}
