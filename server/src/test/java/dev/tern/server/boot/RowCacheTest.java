package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.cache.redis.RedisProcess;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers kept by rows, over a real socket, with a model whose rows do not depend on each other by a single bit. */
@Tag("protocol")
@Timeout(120)
class RowCacheTest {
    private static final String SPLIT = "max_batch_size: 4 " + parameter("tern.batching.split_large_requests", "true");
    private static final String BY_ROWS = SPLIT
            + "response_cache { enable: true } "
            + parameter("tern.cache.rows", "true")
            + parameter("tern.cache.l2_budget_us", "60000000");

    @TempDir
    private Path directory;

    private Path models;
    private long slabs;

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } } ";
    }

    @BeforeEach
    void layOut() throws IOException {
        slabs = Slab.live();
        models = Files.createDirectory(directory.resolve("models"));
        ModelDirectory.of(models, "plain").version(1, OnnxModels.twoOutputs()).config(SPLIT);
        ModelDirectory.of(models, "rows").version(1, OnnxModels.twoOutputs()).config(BY_ROWS);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(Slab.live()).as("slabs with references").isEqualTo(slabs);
    }

    @Test
    void onlyRowsThatAreNewAreComputed() {
        try (TestServer server = TestServer.serving(models)) {
            assertThat(origin(send(server, 1, 2, 3))).isEqualTo("miss");
            // Seven rows, five of them new: two runs of at most four.
            assertThat(origin(send(server, 9, 3, 8, 7, 1, 6, 5))).isEqualTo("miss");
            assertThat(origin(send(server, 5, 1, 9, 1))).isEqualTo("l1");
            assertThat(server.metrics())
                    .contains(
                            rows("l1", 5),
                            rows("computed", 8),
                            rows("repeated", 1),
                            "tern_cache_lookups_total{level=\"l1\",model=\"rows\",outcome=\"hit\",version=\"1\"} 1.0",
                            "tern_cache_lookups_total{level=\"l1\",model=\"rows\",outcome=\"miss\",version=\"1\"} 2.0",
                            "tern_cache_entries{model=\"rows\"} 8.0");
        }
    }

    @Test
    void randomRequestsAreAnsweredAsByTheModelAlone() {
        Random random = new Random(7);
        try (TestServer server = TestServer.serving(models)) {
            for (int i = 0; i < 300; i++) {
                send(
                        server,
                        IntStream.range(0, 1 + random.nextInt(9))
                                .map(row -> random.nextInt(30))
                                .toArray());
            }
            assertThat(server.metrics()).contains("tern_cache_entries{model=\"rows\"} 30.0");
        }
    }

    @Test
    void aSecondServerAnswersFromTheRowsOfTheFirst() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "0123456789abcdef");
        try (RedisProcess redis = RedisProcess.embedded();
                TestServer first = server(redis, secret);
                TestServer second = server(redis, secret)) {
            send(first, 1, 2, 3);
            await(first, "tern_cache_redis_writes_total{model=\"rows\",outcome=\"done\",version=\"1\"} 3.0");
            assertThat(origin(send(second, 3, 2))).isEqualTo("l2");
            assertThat(origin(send(second, 2, 1, 4))).isEqualTo("miss");
            assertThat(second.metrics()).contains(rows("l1", 1), rows("l2", 3), rows("computed", 1));
        }
    }

    private TestServer server(RedisProcess redis, Path secret) throws InterruptedException {
        TestServer server = TestServer.builder(models)
                .redis(RedisSettings.of(redis.address()), secret)
                .start();
        await(server, "tern_cache_redis_connections 1.0");
        return server;
    }

    /** The answer by rows, which is that of the model without a cache. */
    private static ModelInferResponse send(TestServer server, int... rows) {
        ModelInferResponse cached = server.stub().modelInfer(request("rows", rows));
        ModelInferResponse plain = server.stub().modelInfer(request("plain", rows));
        assertThat(cached.getOutputsList()).isEqualTo(plain.getOutputsList());
        assertThat(cached.getRawOutputContentsList()).isEqualTo(plain.getRawOutputContentsList());
        return cached;
    }

    private static ModelInferRequest request(String model, int... rows) {
        float[] x = new float[4 * rows.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = rows[i / 4] + 0.1f * (i % 4);
        }
        return Requests.request(model, List.of(Tensors.floats("x", Shape.of(rows.length, 4), x))).toBuilder()
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("total"))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("negated"))
                .build();
    }

    private static String rows(String outcome, int count) {
        return "tern_cache_rows_total{model=\"rows\",outcome=\"" + outcome + "\",version=\"1\"} " + count + ".0";
    }

    private static String origin(ModelInferResponse response) {
        return response.getParametersOrThrow("tern_cache").getStringParam();
    }

    private static void await(TestServer server, String line) {
        while (!server.metrics().contains(line)) {
            Thread.onSpinWait();
        }
    }
}
