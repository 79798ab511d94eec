package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.ClearCacheRequest;
import dev.tern.proto.admin.v1.ClearCacheResponse;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.cache.redis.RedisLevel;
import dev.tern.server.cache.redis.RedisProcess;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that share a real Redis. */
@Timeout(120)
class RedisServingTest {
    /** Longer than anything here takes, so that no slow machine makes a look-up late. */
    private static final String CACHED = "response_cache { enable: true }"
            + " parameters { key: 'tern.cache.l2_budget_us' value { string_value: '60000000' } }";

    @TempDir
    private Path directory;

    private RedisProcess redis;
    private Path models;
    private Path secret;

    @BeforeEach
    void start() throws IOException {
        redis = RedisProcess.embedded();
        models = Files.createDirectory(directory.resolve("models"));
        secret = Files.writeString(directory.resolve("secret"), "0123456789abcdef");
        ModelDirectory.of(models, "cached").version(1, OnnxModels.mlp(4, 8, 2)).config(CACHED);
        ModelDirectory.of(models, "plain").version(1, OnnxModels.mlp(4, 8, 2));
    }

    @AfterEach
    void stop() throws IOException {
        redis.close();
    }

    private TestServer server() {
        return server(RedisSettings.of(redis.address()), "tern_cache_redis_connections 1.0");
    }

    private TestServer server(RedisSettings settings, String when) {
        TestServer server = TestServer.builder(models).redis(settings, secret).start();
        awaitMetric(server, when);
        return server;
    }

    @Test
    void aSecondServerAnswersFromWhatTheFirstComputed() throws Exception {
        try (TestServer first = server();
                TestServer second = server()) {
            ModelInferResponse computed = first.stub().modelInfer(request("cached", 1));
            assertThat(origin(computed)).isEqualTo("miss");
            awaitWrites(first, 1);
            ModelInferResponse shared = second.stub().modelInfer(request("cached", 1));
            assertThat(origin(shared)).isEqualTo("l2");
            assertThat(shared.getRawOutputContentsList()).isEqualTo(computed.getRawOutputContentsList());
            assertThat(shared.getOutputsList()).isEqualTo(computed.getOutputsList());
            assertThat(origin(second.stub().modelInfer(request("cached", 1)))).isEqualTo("l1");
            assertThat(metrics(second))
                    .contains(
                            "tern_cache_lookups_total{level=\"l2\",model=\"cached\",outcome=\"hit\",version=\"1\"} 1.0")
                    .contains(
                            "tern_inference_executions_total{model=\"cached\",outcome=\"success\",version=\"1\"} 0.0");
        }
    }

    @Test
    void anEventLoopWhoseRequestWaitsForRedisAnswersOthers() throws Exception {
        try (TestServer server = server()) {
            redis.freeze();
            ListenableFuture<ModelInferResponse> held =
                    GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(request("cached", 2));
            for (int i = 0; i < 100; i++) {
                assertThat(server.stub().modelInfer(request("plain", i)).getOutputsCount())
                        .isOne();
            }
            assertThat(held.isDone()).isFalse();
            redis.thaw();
            assertThat(origin(held.get(60, TimeUnit.SECONDS))).isEqualTo("miss");
        }
    }

    @Test
    void itHasNoMoreThreadsThanTheStartUpTableSays() throws Exception {
        try (TestServer server = server()) {
            assertThat(origin(server.stub().modelInfer(request("cached", 4)))).isEqualTo("miss");
            awaitWrites(server, 1);
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .filteredOn(name -> name.startsWith("tern-redis") || name.contains("lettuce"))
                    .contains("tern-redis-1", "tern-redis-writer-1")
                    .hasSizeLessThanOrEqualTo(RedisLevel.THREADS);
        }
    }

    @Test
    void clearingReachesRedisIfThatIsWanted() throws Exception {
        try (TestServer server = server()) {
            assertThat(origin(server.stub().modelInfer(request("cached", 5)))).isEqualTo("miss");
            assertThat(origin(server.stub().modelInfer(request("cached", 6)))).isEqualTo("miss");
            awaitWrites(server, 2);
            assertThat(clear(server, "cached", false)).isEqualTo(cleared(2, 0));
            assertThat(origin(server.stub().modelInfer(request("cached", 5)))).isEqualTo("l2");

            assertThat(clear(server, "cached", true)).isEqualTo(cleared(1, 2));
            assertThat(origin(server.stub().modelInfer(request("cached", 5)))).isEqualTo("miss");
            redis.kill();
            StatusRuntimeException failed =
                    catchThrowableOfType(StatusRuntimeException.class, () -> clear(server, "cached", true));
            assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failed.getStatus().getDescription())
                    .isEqualTo("the response cache of model 'cached' was cleared in memory, but not in Redis, as there"
                            + " is no connection to Redis; 0 answers were removed there before");
        }
    }

    @Test
    void whereThereIsNothingToClearIsSaid() throws Exception {
        try (TestServer server = TestServer.serving(models)) {
            assertThat(origin(server.stub().modelInfer(request("cached", 5)))).isEqualTo("miss");
            StatusRuntimeException failed =
                    catchThrowableOfType(StatusRuntimeException.class, () -> clear(server, "cached", true));
            assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(failed.getStatus().getDescription())
                    .isEqualTo("this server keeps no answers in Redis: it was started without --redis");
            assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> clear(server, "plain", true))
                            .getStatus()
                            .getCode())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(origin(server.stub().modelInfer(request("cached", 5)))).isEqualTo("l1");
        }
    }

    @Test
    void whatOneServerClearsIsClearedInAllThatRedisTells() throws Exception {
        RedisSettings settings = RedisSettings.of(redis.address()).withTracking();
        try (TestServer first = server(settings, "tern_cache_redis_tracking 1.0");
                TestServer second = server(settings, "tern_cache_redis_tracking 1.0")) {
            // What is written was written after the first dropping of all, and behind it.
            assertThat(origin(second.stub().modelInfer(request("cached", 9)))).isEqualTo("miss");
            awaitWrites(second, 1);
            assertThat(origin(first.stub().modelInfer(request("cached", 7)))).isEqualTo("miss");
            awaitWrites(first, 1);
            assertThat(origin(second.stub().modelInfer(request("cached", 7)))).isEqualTo("l2");
            assertThat(origin(second.stub().modelInfer(request("cached", 7)))).isEqualTo("l1");

            assertThat(clear(first, "cached", true).getClearedInRedis()).isEqualTo(2);
            awaitMetric(second, "tern_cache_evictions_total{cause=\"invalidated\",model=\"cached\"} 2.0");
            assertThat(origin(second.stub().modelInfer(request("cached", 7)))).isEqualTo("miss");
        }
    }

    private static ClearCacheResponse clear(TestServer server, String model, boolean everywhere) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        try {
            return AdminGrpc.newBlockingStub(channel)
                    .clearCache(ClearCacheRequest.newBuilder()
                            .setModel(model)
                            .setRedis(everywhere)
                            .build());
        } finally {
            channel.shutdownNow();
        }
    }

    private static ClearCacheResponse cleared(long here, long inRedis) {
        return ClearCacheResponse.newBuilder()
                .setCleared(here)
                .setClearedInRedis(inRedis)
                .build();
    }

    @Test
    void withoutRedisTheModelsAnswer() throws Exception {
        redis.kill();
        try (TestServer server = TestServer.builder(models)
                .redis(RedisSettings.of(redis.address()), secret)
                .start()) {
            assertThat(origin(server.stub().modelInfer(request("cached", 3)))).isEqualTo("miss");
            assertThat(origin(server.stub().modelInfer(request("cached", 3)))).isEqualTo("l1");
        }
    }

    private static void awaitWrites(TestServer server, int writes) {
        awaitMetric(
                server,
                "tern_cache_redis_writes_total{model=\"cached\",outcome=\"done\",version=\"1\"} " + writes + ".0");
    }

    private static void awaitMetric(TestServer server, String line) {
        while (!metrics(server).contains(line)) {
            Thread.onSpinWait();
        }
    }

    private static String metrics(TestServer server) {
        URI uri = URI.create("http://127.0.0.1:" + server.metricsPort() + "/metrics");
        try (InputStream in = uri.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelInferRequest request(String model, float value) {
        return Requests.request(model, List.of(Tensors.floats("x", Shape.of(1, 4), value, 2, 3, 4)));
    }

    private static String origin(ModelInferResponse response) {
        return response.getParametersOrThrow("tern_cache").getStringParam();
    }
}
