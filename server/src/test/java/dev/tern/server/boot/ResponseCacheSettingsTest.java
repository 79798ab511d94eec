package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelResponseCache;
import dev.tern.server.boot.caches.ResponseCaches;
import dev.tern.server.boot.options.ServerOptions;
import dev.tern.server.cache.redis.RedisAddress;
import dev.tern.server.cache.redis.RedisSettings;
import dev.tern.server.repository.VersionIndex;
import dev.tern.server.repository.VersionState;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeClock;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What flags and model configurations make of the response cache. */
@Timeout(120)
class ResponseCacheSettingsTest {
    private static final String CACHED = "response_cache { enable: true } ";

    @TempDir
    Path directory;

    private void model(String name, String config) {
        ModelDirectory.of(directory, name).version(1, OnnxModels.mlp(4, 8, 2)).config(config);
    }

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } } ";
    }

    private static Tensor x() {
        return Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4);
    }

    private static String origin(TestServer server, String model) {
        return server.stub()
                .modelInfer(Requests.request(model, List.of(x())))
                .getParametersOrThrow("tern_cache")
                .getStringParam();
    }

    @Test
    void aModelThatWantsMoreThanOthersLeaveIsNotServed() {
        model("a", CACHED + parameter("tern.cache.share", "0.7"));
        model("b", CACHED + parameter("tern.cache.share", "0.7"));
        try (TestServer server =
                TestServer.builder(directory).strictReadiness(false).start()) {
            List<VersionIndex> versions = server.models().stream()
                    .flatMap(each -> each.versions().stream())
                    .toList();

            assertThat(versions)
                    .extracting(VersionIndex::state)
                    .containsExactlyInAnyOrder(VersionState.READY, VersionState.UNAVAILABLE);
            assertThat(versions)
                    .extracting(VersionIndex::reason)
                    .contains("parameters[tern.cache.share]: '0.7' is not allowed; must be at most 0.3, which is what"
                            + " other models leave of the cache");
        }
    }

    /** Batched, or given several rows in a request only. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "input { name: 'x' data_type: TYPE_FP32 dims: 4 } output { name: 'y' data_type: TYPE_FP32 dims: 4 } "
            })
    void rowsThatAffectEachOtherAreNotKeptByThemselves(String tensors) {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.softmaxOverBatch())
                .config("max_batch_size: 8 " + tensors + CACHED + parameter("tern.cache.rows", "true"));
        ModelInferRequest one = Requests.request("m", List.of(x()));
        ModelInferRequest two =
                Requests.request("m", List.of(Tensors.floats("x", Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8)));
        try (TestServer server = TestServer.serving(directory)) {
            assertThat(server.models().get(0).versions().get(0).warnings())
                    .anyMatch(
                            warning -> warning.startsWith(
                                    "tern.cache.rows has no effect, answers are kept whole: rows affect each other, output 'y'"));
            ModelInferResponse alone = server.stub().modelInfer(one);
            ModelInferResponse together = server.stub().modelInfer(two);

            // Down the batch, a row's share is 1 alone and little beside a row of larger numbers.
            assertThat(together.getRawOutputContents(0).substring(0, 16)).isNotEqualTo(alone.getRawOutputContents(0));
            assertThat(server.stub().modelInfer(two).getRawOutputContents(0))
                    .isEqualTo(together.getRawOutputContents(0));
            assertThat(origin(server, "m")).isEqualTo("l1");
        }
    }

    @Test
    void withoutMemoryNothingIsKeptAndTheOperatorIsTold() {
        model("m", CACHED);
        try (TestServer server = TestServer.builder(directory).cacheBytes(0).start()) {
            assertThat(origin(server, "m")).isEqualTo("miss");
            assertThat(origin(server, "m")).isEqualTo("miss");
            assertThat(server.models().get(0).versions().get(0).warnings())
                    .contains(
                            "response_cache keeps no answers, as --cache-size is 0; equal requests still share a run");
        }
    }

    @Test
    void withoutMemoryTheOperatorIsToldOnlyWhereThereIsNoRedisEither() throws Exception {
        ModelConfig on = ModelConfig.newBuilder()
                .setResponseCache(ModelResponseCache.newBuilder().setEnable(true))
                .build();
        Optional<RedisSettings> redis =
                RedisAddress.parse("redis://127.0.0.1:1").map(RedisSettings::of);
        assertThat(ResponseCaches.of(new ServerOptions.ResponseCache(0, Optional.empty()), new FakeClock())
                        .warnings(on))
                .hasSize(1);
        assertThat(ResponseCaches.of(new ServerOptions.ResponseCache(0, Optional.empty(), redis), new FakeClock())
                        .warnings(on))
                .isEmpty();
    }

    @Test
    void redisNeedNotKeepWhatIsTooOldToBeGiven() {
        model("m", CACHED + parameter("tern.cache.ttl_ms", "100") + parameter("tern.cache.l2_ttl_ms", "101"));
        model("n", CACHED + parameter("tern.cache.ttl_ms", "100") + parameter("tern.cache.l2_ttl_ms", "100"));
        try (TestServer server = TestServer.serving(directory)) {
            assertThat(server.models().get(0).versions().get(0).warnings())
                    .contains("tern.cache.l2_ttl_ms is more than tern.cache.ttl_ms: Redis keeps answers that are too"
                            + " old to be given");
            assertThat(server.models().get(1).versions().get(0).warnings()).isEmpty();
        }
    }

    @Test
    void theServersOwnRequestsRunTheModel() {
        model("m", CACHED);
        try (TestServer server =
                TestServer.builder(directory).warmUp(Duration.ofSeconds(1)).start()) {
            assertThat(origin(server, "m")).isEqualTo("miss");
            assertThat(origin(server, "m")).isEqualTo("l1");
        }
    }

    @Test
    void aSecretThatCannotBeUsedStopsTheStartAndNamesTheFlag() throws Exception {
        Path missing = directory.resolve("missing");
        Path brief = Files.writeString(directory.resolve("brief"), "secret", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> caches(missing))
                .isInstanceOf(IOException.class)
                .hasMessage("--cache-secret-file=" + missing
                        + ": cannot be read (expected: a file that this user may read)");
        assertThatThrownBy(() -> caches(brief))
                .isInstanceOf(IOException.class)
                .hasMessage("--cache-secret-file=" + brief + ": has 6 bytes; must have 16 to 4096");
        assertThat(caches(Files.writeString(brief, "0123456789abcdef")).maxBytes())
                .isEqualTo(7);
    }

    private static ResponseCaches caches(Path secret) throws IOException {
        return ResponseCaches.of(new ServerOptions.ResponseCache(7, Optional.of(secret)), new FakeClock());
    }
}
