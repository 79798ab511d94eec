package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelRepositoryParameter;
import dev.tern.proto.inference.RepositoryIndexRequest;
import dev.tern.proto.inference.RepositoryIndexResponse;
import dev.tern.proto.inference.RepositoryIndexResponse.ModelIndex;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.RepositoryModelUnloadRequest;
import dev.tern.server.boot.TestServer;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxModels;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RepositoryIndex, RepositoryModelLoad and RepositoryModelUnload as clients see them. */
@Tag("protocol")
@Timeout(120)
class RepositoryCallsTest {
    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void serve() {
        ModelDirectory.of(directory, "a").version(1, OnnxModels.times(1)).version(2, OnnxModels.times(2));
        ModelDirectory.of(directory, "b").version(7, OnnxModels.times(7));
        ModelDirectory.of(directory, "bad").version(1, OddModels.opset99());
        server = TestServer.builder(directory)
                .control(settings(ControlMode.EXPLICIT, "a"))
                .start();
    }

    private static ControlSettings settings(ControlMode mode, String... atStart) {
        return new ControlSettings(mode, List.of(atStart), Duration.ofMillis(20), 0, OptionalLong.empty());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theIndexListsWhatThereIsAndHowItIs() {
        assertThat(index(false))
                .extracting(ModelIndex::getName, ModelIndex::getVersion, ModelIndex::getState, ModelIndex::getReason)
                .containsExactly(tuple("a", "2", "READY", ""), tuple("b", "", "", ""), tuple("bad", "", "", ""));
        assertThat(Refused.by(() -> load("bad", Map.of())).code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(index(false))
                .filteredOn(each -> each.getName().equals("bad"))
                .singleElement()
                .satisfies(bad -> {
                    assertThat(List.of(bad.getVersion(), bad.getState())).containsExactly("1", "UNAVAILABLE");
                    assertThat(bad.getReason()).contains("opset");
                });
        assertThat(index(true)).extracting(ModelIndex::getName).containsExactly("a");
        assertThat(Refused.by(() -> server.stub()
                        .repositoryIndex(RepositoryIndexRequest.newBuilder()
                                .setRepositoryName("models")
                                .build())))
                .isEqualTo(oneRepository());
    }

    @Test
    void aModelIsLoadedAndUnloaded() {
        load("b", Map.of());
        assertThat(ready("b")).isTrue();
        assertThat(health("b")).isEqualTo(ServingStatus.SERVING);
        unload("b", Map.of("unload_dependents", flag(true)));

        Refused refused = Refused.by(() -> ready("b"));
        assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.message()).startsWith("Request for unknown model: 'b' has no available versions");
        assertThat(health("b")).isEqualTo(ServingStatus.NOT_SERVING);
        Await.until(
                "the version is closed",
                () -> index(false).stream().anyMatch(each -> each.getReason().equals("unloaded")));
        assertThat(index(true)).extracting(ModelIndex::getName).containsExactly("a");
        load("b", Map.of());
        assertThat(ready("b")).isTrue();
    }

    @Test
    void aConfigurationMayComeAlong() {
        load(
                "a",
                Map.of(
                        "config",
                        text("{\"max_batch_size\": 3, \"version_policy\": {\"specific\": {\"versions\": [\"1\"]}}}")));

        assertThat(server.stub()
                        .modelConfig(
                                ModelConfigRequest.newBuilder().setName("a").build())
                        .getConfig()
                        .getMaxBatchSize())
                .isEqualTo(3);
        assertThat(index(true)).extracting(ModelIndex::getVersion).containsExactly("1");
        assertThat(Refused.by(() -> load("a", Map.of("config", text("{\"max_batch_size\": -3}")))))
                .isEqualTo(Refused.invalid("Invalid config override: config: max_batch_size: -3 is not allowed; must be"
                        + " >= 0, 0 for no batching"));
        assertThat(index(true)).extracting(ModelIndex::getVersion).containsExactly("1");
    }

    @Test
    void aWholeModelMayComeAlong() {
        load(
                "sent",
                Map.of(
                        "config",
                        text("{}"),
                        "file:5/model.onnx",
                        ModelRepositoryParameter.newBuilder()
                                .setBytesParam(ByteString.copyFrom(OnnxModels.times(5)))
                                .build()));

        assertThat(index(true))
                .extracting(ModelIndex::getName, ModelIndex::getVersion)
                .contains(tuple("sent", "5"));
    }

    @Test
    void parametersThatAreWrongAreRefused() {
        assertThat(Refused.by(() -> load("a", Map.of("configuration", text("{}")))))
                .isEqualTo(Refused.invalid("unrecognized load parameter 'configuration'."));
        assertThat(Refused.by(() -> load("a", Map.of("config", flag(true)))))
                .isEqualTo(Refused.invalid("invalid value type for load parameter 'config', expected string_param."));
        assertThat(Refused.by(() -> load("a", Map.of("config", text("{}"), "file:1/model.onnx", text("x")))))
                .isEqualTo(Refused.invalid(
                        "invalid value type for load parameter 'file:1/model.onnx', expected bytes_param."));
        assertThat(Refused.by(() -> load(
                        "a",
                        Map.of(
                                "file:1/model.onnx",
                                ModelRepositoryParameter.newBuilder()
                                        .setBytesParam(ByteString.EMPTY)
                                        .build()))))
                .isEqualTo(Refused.invalid("load parameter 'file:1/model.onnx' needs the load parameter 'config':"
                        + " with files, the model is loaded from these alone"));
        assertThat(Refused.by(() -> unload("a", Map.of("unload_dependents", text("yes")))))
                .isEqualTo(Refused.invalid(
                        "invalid value type for unload parameter 'unload_dependents', expected bool_param."));
        assertThat(Refused.by(() -> unload("a", Map.of("force", flag(true)))))
                .isEqualTo(Refused.invalid("unrecognized unload parameter 'force'."));
        assertThat(ready("a")).isTrue();
    }

    @Test
    void aModelThatIsNotThereIsRefused() {
        assertThat(Refused.by(() -> load("none", Map.of())))
                .isEqualTo(new Refused(
                        Status.Code.INTERNAL, "failed to load 'none', failed to poll from model repository"));
        assertThat(Refused.by(() -> server.stub()
                        .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                                .setRepositoryName("models")
                                .setModelName("a")
                                .build())))
                .isEqualTo(oneRepository());
        assertThat(Refused.by(() -> server.stub()
                        .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                                .setRepositoryName("models")
                                .setModelName("a")
                                .build())))
                .isEqualTo(oneRepository());
    }

    @Test
    void polledModelsComeAndGoByThemselves(@TempDir Path polled) {
        Refused notExplicit = Refused.unavailable("explicit model load / unload is not allowed if polling is enabled");
        try (TestServer other =
                TestServer.builder(polled).control(settings(ControlMode.POLL)).start()) {
            ModelDirectory.of(polled, "new").version(1, OnnxModels.times(1));
            Await.until("the model is loaded", () -> readyVersions(other).equals(List.of("1")));
            ModelDirectory.of(polled, "new").version(2, OnnxModels.times(2));
            Await.until("its next version is", () -> readyVersions(other).equals(List.of("2")));
            assertThat(Refused.by(() -> {
                        var unused = other.stub()
                                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                                        .setModelName("new")
                                        .build());
                    }))
                    .isEqualTo(notExplicit);
            assertThat(Refused.by(() -> {
                        var unused = other.stub()
                                .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                                        .setModelName("new")
                                        .build());
                    }))
                    .isEqualTo(notExplicit);
        }
    }

    private static List<String> readyVersions(TestServer server) {
        return server
                .stub()
                .repositoryIndex(
                        RepositoryIndexRequest.newBuilder().setReady(true).build())
                .getModelsList()
                .stream()
                .map(ModelIndex::getVersion)
                .toList();
    }

    private static Refused oneRepository() {
        return new Refused(Status.Code.UNIMPLEMENTED, "'repository_name' specification is not supported");
    }

    private List<ModelIndex> index(boolean readyOnly) {
        RepositoryIndexResponse response = server.stub()
                .repositoryIndex(
                        RepositoryIndexRequest.newBuilder().setReady(readyOnly).build());
        return response.getModelsList();
    }

    private void load(String model, Map<String, ModelRepositoryParameter> parameters) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(model)
                        .putAllParameters(parameters)
                        .build());
    }

    private void unload(String model, Map<String, ModelRepositoryParameter> parameters) {
        var unused = server.stub()
                .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName(model)
                        .putAllParameters(parameters)
                        .build());
    }

    private boolean ready(String model) {
        return server.stub()
                .modelReady(ModelReadyRequest.newBuilder().setName(model).build())
                .getReady();
    }

    private ServingStatus health(String model) {
        return HealthGrpc.newBlockingStub(server.channel())
                .check(HealthCheckRequest.newBuilder().setService(model).build())
                .getStatus();
    }

    private static ModelRepositoryParameter text(String value) {
        return ModelRepositoryParameter.newBuilder().setStringParam(value).build();
    }

    private static ModelRepositoryParameter flag(boolean value) {
        return ModelRepositoryParameter.newBuilder().setBoolParam(value).build();
    }
}
