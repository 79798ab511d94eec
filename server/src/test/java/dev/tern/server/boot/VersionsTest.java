package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.GetSchedulingRequest;
import dev.tern.proto.admin.v1.ListModelsRequest;
import dev.tern.proto.admin.v1.RemoveLabelRequest;
import dev.tern.proto.admin.v1.SetLabelRequest;
import dev.tern.proto.admin.v1.SetLabelResponse;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several versions of a model at once, asked for by number and by label, over a real socket. */
@Tag("protocol")
@Timeout(120)
class VersionsTest {
    @TempDir
    static Path directory;

    private static TestServer server;
    private static ManagedChannel channel;
    private static AdminBlockingStub admin;

    @BeforeAll
    static void serve() {
        model("default", "");
        model("latest", "version_policy { latest { num_versions: 2 } }");
        model("all", "version_policy { all {} }");
        model("specific", "version_policy { specific { versions: [10, 2, 77] } }");
        model("labelled", "version_policy { all {} } " + labels("stable:2,canary:10,old:5"));
        model("changed", "version_policy { all {} } " + labels("stable:2"));
        server = TestServer.serving(directory);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        admin = AdminGrpc.newBlockingStub(channel);
    }

    /** Versions 2, 9 and 10, which answer with their number. */
    private static void model(String name, String config) {
        ModelDirectory model = ModelDirectory.of(directory, name).config(config);
        for (long version : List.of(2L, 9L, 10L)) {
            model.version(version, OnnxModels.stringLabels(Long.toString(version)));
        }
    }

    private static String labels(String value) {
        return "parameters { key: 'tern.version.labels' value { string_value: '" + value + "' } }";
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"default, 10", "latest, 9 10", "all, 2 9 10", "specific, 2 10", "labelled, 2 9 10"})
    void thePolicySaysWhichVersionsAreServed(String model, String versions) {
        List<String> served = List.of(versions.split(" ", -1));
        assertThat(server.stub()
                        .modelMetadata(
                                ModelMetadataRequest.newBuilder().setName(model).build())
                        .getVersionsList())
                .isEqualTo(served);
        for (String version : List.of("2", "9", "10")) {
            if (served.contains(version)) {
                assertThat(answer(model, version)).isEqualTo(version + ": " + version);
            } else {
                assertThat(refusal(() -> ask(model, version)))
                        .isEqualTo("NOT_FOUND: Request for unknown model: '" + model + "' version " + version
                                + " is not found");
            }
        }
        assertThat(answer(model, "")).as("the highest").isEqualTo("10: 10");
    }

    @Test
    void aLabelCanBeGivenWhereverAVersionCan() {
        assertThat(answer("labelled", "stable")).isEqualTo("2: 2");
        assertThat(answer("labelled", "canary")).isEqualTo("10: 10");
        assertThat(server.stub()
                        .modelReady(ModelReadyRequest.newBuilder()
                                .setName("labelled")
                                .setVersion("stable")
                                .build())
                        .getReady())
                .isTrue();
        assertThat(server.stub()
                        .modelMetadata(ModelMetadataRequest.newBuilder()
                                .setName("labelled")
                                .setVersion("stable")
                                .build())
                        .getVersionsList())
                .containsExactly("2");
        assertThat(server.stub()
                        .modelConfig(ModelConfigRequest.newBuilder()
                                .setName("labelled")
                                .setVersion("stable")
                                .build())
                        .getConfig()
                        .getName())
                .isEqualTo("labelled");
        assertThat(statistics("labelled", "stable"))
                .extracting(ModelStatistics::getVersion)
                .containsExactly("2");
        assertThat(admin.getScheduling(GetSchedulingRequest.newBuilder()
                                .setModel("labelled")
                                .setVersion("stable")
                                .build())
                        .getVersion())
                .isEqualTo(2);
    }

    @Test
    void aLabelThatLeadsNowhereSaysSo() {
        String why =
                "label 'old' of model 'labelled' stands for version 5: Request for unknown model: 'labelled' version"
                        + " 5 is not found";
        assertThat(refusal(() -> ask("labelled", "old"))).isEqualTo("NOT_FOUND: " + why);
        assertThat(refusal(() -> statistics("labelled", "old")))
                .isEqualTo("INVALID_ARGUMENT: requested model version is not available for model 'labelled': " + why);
        String unknown = "INVALID_ARGUMENT: failed to get model version from specified version string 'beta' (details:"
                + " stol), version should be an integral value > 0, or a label of model 'labelled': canary, old,"
                + " stable";
        assertThat(refusal(() -> ask("labelled", "beta"))).isEqualTo(unknown);
        assertThat(refusal(() -> statistics("labelled", "beta"))).isEqualTo(unknown);
    }

    @Test
    void labelsAreListedWithWhatTheyStandFor() {
        assertThat(admin.listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
                        .filter(model -> model.getName().equals("labelled"))
                        .flatMap(model -> model.getLabelsList().stream())
                        .map(each -> each.getLabel() + " " + each.getVersion() + " " + each.getReady()))
                .containsExactly("canary 10 true", "old 5 false", "stable 2 true");
    }

    @Test
    void operatorsChangeLabelsWhileTheServerRuns() {
        SetLabelResponse moved = set("changed", "stable", "9");
        assertThat(moved.getVersion()).isEqualTo(9);
        assertThat(moved.getPreviousVersion()).isEqualTo(2);
        assertThat(answer("changed", "stable")).isEqualTo("9: 9");

        assertThat(set("changed", "canary", "").hasPreviousVersion()).isFalse();
        assertThat(answer("changed", "canary")).isEqualTo("10: 10");
        assertThat(set("changed", "stable", "canary").getVersion()).isEqualTo(10);

        assertThat(remove("changed", "canary")).isEqualTo(10);
        assertThat(refusal(() -> ask("changed", "canary"))).endsWith(", or a label of model 'changed': stable");
        assertThat(refusal(() -> remove("changed", "canary")))
                .isEqualTo("NOT_FOUND: model 'changed' has no label 'canary'; it has stable");
        assertThat(refusal(() -> remove("nope", "canary")))
                .isEqualTo("NOT_FOUND: model 'nope' has no label 'canary'; it has none");
    }

    @Test
    void aLabelIsSetOnlyForWhatIsServed() {
        assertThat(refusal(() -> set("latest", "stable", "2")))
                .isEqualTo("NOT_FOUND: Request for unknown model: 'latest' version 2 is not found");
        assertThat(refusal(() -> set("nope", "stable", "2")))
                .isEqualTo("NOT_FOUND: Request for unknown model: 'nope' is not found");
        assertThat(refusal(() -> set("latest", "2nd", "10")))
                .isEqualTo("INVALID_ARGUMENT: label '2nd' is not allowed; must be a letter, then letters, digits, '_',"
                        + " '-' and '.', 63 characters at most");
        assertThat(refusal(() -> ask("latest", "stable"))).startsWith("INVALID_ARGUMENT: failed to get model version");
    }

    private static SetLabelResponse set(String model, String label, String version) {
        return admin.setLabel(SetLabelRequest.newBuilder()
                .setModel(model)
                .setLabel(label)
                .setVersion(version)
                .build());
    }

    private static long remove(String model, String label) {
        return admin.removeLabel(RemoveLabelRequest.newBuilder()
                        .setModel(model)
                        .setLabel(label)
                        .build())
                .getPreviousVersion();
    }

    private static List<ModelStatistics> statistics(String model, String version) {
        return server.stub()
                .modelStatistics(ModelStatisticsRequest.newBuilder()
                        .setName(model)
                        .setVersion(version)
                        .build())
                .getModelStatsList();
    }

    private static ModelInferResponse ask(String model, String version) {
        return server.stub()
                .modelInfer(Requests.request(model, List.of(Tensors.longs("id", Shape.of(1, 1), 0))).toBuilder()
                        .setModelVersion(version)
                        .build());
    }

    /** The version that the answer names, and the one that answered. */
    private static String answer(String model, String version) {
        ModelInferResponse response = ask(model, version);
        Tensor word = Requests.tensors(response).get(0);
        return response.getModelVersion() + ": " + Tensors.strings(word).get(0);
    }

    private static String refusal(ThrowingCallable call) {
        Status refused =
                catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
        return refused.getCode() + ": " + refused.getDescription();
    }
}
