package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferInputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.cache.redis.RedisProcess;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two server processes that share a Redis. */
@Timeout(180)
class SharedAnswersTest {
    /** Longer than anything here takes: no slow machine makes a look-up late. */
    private static final String CACHED = "response_cache { enable: true }"
            + " parameters { key: 'tern.cache.l2_budget_us' value { string_value: '60000000' } }";

    private static final int REQUESTS = 20;

    @TempDir
    private Path directory;

    @Test
    void theSecondAnswersFromWhatTheFirstComputed() throws Exception {
        Path models = Files.createDirectory(directory.resolve("models"));
        ModelDirectory.of(models, "cached").version(1, OnnxModels.mlp(4, 8, 2)).config(CACHED);
        Path secret = Files.writeString(directory.resolve("secret"), "0123456789abcdef");
        try (RedisProcess redis = RedisProcess.embedded();
                ServerProcess first = launch("first", models, secret, redis);
                ServerProcess second = launch("second", models, secret, redis)) {
            List<ModelInferResponse> computed = ask(first, "miss");
            first.until(
                    "answers in Redis",
                    () -> first.metric("tern_cache_redis_writes_total", "outcome=\"done\"") == REQUESTS);
            List<ModelInferResponse> found = ask(second, "l2");
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(found.get(i).getOutputsList())
                        .isEqualTo(computed.get(i).getOutputsList());
                assertThat(found.get(i).getRawOutputContentsList())
                        .isEqualTo(computed.get(i).getRawOutputContentsList());
            }
            assertThat(found.stream().map(each -> each.getRawOutputContents(0)).distinct())
                    .as("different answers")
                    .hasSize(REQUESTS);
            assertThat(second.metric("tern_inference_executions_total", "model=\"cached\""))
                    .isZero();
        }
    }

    private ServerProcess launch(String name, Path models, Path secret, RedisProcess redis) throws Exception {
        ServerProcess server = ServerProcess.launch(
                Files.createDirectory(directory.resolve(name)),
                List.of(
                        "--model-repository=" + models,
                        "--trial-load=off",
                        "--cache-secret-file=" + secret,
                        "--redis=" + redis.address()));
        try {
            server.until("model", server::isReady);
            server.until("connection", () -> server.metric("tern_cache_redis_connections") == 1);
            return server;
        } catch (Exception | AssertionError e) {
            server.close();
            throw e;
        }
    }

    /** Sends the requests; each answer must come from {@code origin}. */
    private static List<ModelInferResponse> ask(ServerProcess server, String origin) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort())
                .usePlaintext()
                .build();
        try {
            List<ModelInferResponse> answers = IntStream.range(0, REQUESTS)
                    .mapToObj(number ->
                            GRPCInferenceServiceGrpc.newBlockingStub(channel).modelInfer(request(number)))
                    .toList();
            assertThat(answers)
                    .extracting(each -> each.getParametersOrThrow("tern_cache").getStringParam())
                    .containsOnly(origin);
            return answers;
        } finally {
            channel.shutdownNow();
        }
    }

    private static ModelInferRequest request(int number) {
        ByteBuffer values = ByteBuffer.allocate(4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            values.putFloat(number + i);
        }
        return ModelInferRequest.newBuilder()
                .setModelName("cached")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(4))
                .addRawInputContents(ByteString.copyFrom(values.flip()))
                .build();
    }
}
