package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.AdminGrpc.AdminBlockingStub;
import dev.tern.proto.admin.v1.GetTrafficRequest;
import dev.tern.proto.admin.v1.ModelTraffic;
import dev.tern.proto.admin.v1.ResetTrafficRequest;
import dev.tern.proto.admin.v1.SetTrafficRequest;
import dev.tern.proto.admin.v1.TrafficShadow;
import dev.tern.proto.admin.v1.TrafficShare;
import dev.tern.proto.admin.v1.TrafficSplit;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests divided between the versions of a model, over a real socket. */
@Tag("protocol")
@Timeout(120)
class TrafficServingTest {
    private static final Metadata.Key<String> USER = Metadata.Key.of("x-user", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    static Path directory;

    private static TestServer server;
    private static ManagedChannel channel;
    private static AdminBlockingStub admin;

    @BeforeAll
    static void serve() {
        model("weighed", "split", "1:3,2:1");
        model("partly", "split", "1:50,7:50");
        model("nowhere", "split", "7:1,old:1");
        model("bynone", "split", "2:0,1:1");
        model("sticky", "split", "1:1,2:1", "sticky_parameter", "user", "sticky_metadata", "x-user");
        model("changed", "split", "1:1");
        ModelDirectory.of(directory, "cached")
                .version(1, OnnxModels.times(1))
                .config("max_batch_size: 8 response_cache { enable: true }" + parameter("split", "1:1")
                        + parameter("sticky_parameter", "user"));
        server = TestServer.serving(directory);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        admin = AdminGrpc.newBlockingStub(channel);
    }

    /** Versions 1 and 2. */
    private static void model(String name, String... keysAndValues) {
        StringBuilder config = new StringBuilder("version_policy { all {} }");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.append(parameter(keysAndValues[i], keysAndValues[i + 1]));
        }
        ModelDirectory.of(directory, name)
                .version(1, OnnxModels.stringLabels("1"))
                .version(2, OnnxModels.stringLabels("2"))
                .config(config.toString());
    }

    private static String parameter(String key, String value) {
        return " parameters { key: 'tern.traffic." + key + "' value { string_value: '" + value + "' } }";
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void requestsAreDividedByWeight() {
        int second = 0;
        for (int i = 0; i < 400; i++) {
            second += answering("weighed").equals("2") ? 1 : 0;
        }
        // Six standard deviations of a quarter.
        assertThat(second).isBetween(48, 152);
    }

    @Test
    void whoNamesAVersionGetsIt() {
        assertThat(answering(request("bynone").setModelVersion("2"))).isEqualTo("2");
        for (int i = 0; i < 20; i++) {
            assertThat(answering("bynone")).as("a weight of 0 is nobody").isEqualTo("1");
        }
    }

    @Test
    void whatIsNotServedLeavesItsShareToTheOthers() {
        for (int i = 0; i < 20; i++) {
            assertThat(answering("partly")).isEqualTo("1");
            assertThat(answering("nowhere")).as("the newest").isEqualTo("2");
        }
    }

    @Test
    void aUserStaysOnOneSideByParameterOrByMetadata() {
        Set<String> versions = new HashSet<>();
        for (int user = 0; user < 30; user++) {
            String version = answering(of("sticky", "user-" + user));
            versions.add(version);
            for (int i = 0; i < 4; i++) {
                assertThat(answering(of("sticky", "user-" + user))).isEqualTo(version);
                assertThat(answeringByMetadata("sticky", "user-" + user)).isEqualTo(version);
            }
        }
        assertThat(versions).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void whoseRequestItIsMakesNoOtherAnswer() {
        ModelInferResponse first = server.stub().modelInfer(cached("a"));
        ModelInferResponse second = server.stub().modelInfer(cached("b"));
        assertThat(origin(first)).isEqualTo("miss");
        assertThat(origin(second)).isEqualTo("l1");
    }

    private static ModelInferRequest cached(String user) {
        return Requests.request("cached", List.of(Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4))).toBuilder()
                .putParameters("user", text(user))
                .build();
    }

    private static String origin(ModelInferResponse response) {
        return response.getParametersOrThrow("tern_cache").getStringParam();
    }

    @Test
    void operatorsChangeItWhileTheServerRuns() {
        assertThat(answering("changed")).isEqualTo("1");
        assertThat(traffic("changed").getChanged()).isFalse();

        ModelTraffic set = admin.setTraffic(SetTrafficRequest.newBuilder()
                        .setModel("changed")
                        .setSplit(TrafficSplit.newBuilder().addShares(share("2", 5)))
                        .build())
                .getTraffic();
        assertThat(set.getChanged()).isTrue();
        assertThat(set.getSplit().getShares(0).getServedVersion()).isEqualTo(2);
        assertThat(answering("changed")).isEqualTo("2");

        ModelTraffic both = admin.setTraffic(SetTrafficRequest.newBuilder()
                        .setModel("changed")
                        .setShadow(TrafficShadow.newBuilder().setVersion("1").setPercent(0.5))
                        .build())
                .getTraffic();
        assertThat(both.getSplit()).as("as it was").isEqualTo(set.getSplit());
        assertThat(traffic("changed")).isEqualTo(both);

        ModelTraffic reset = admin.resetTraffic(
                        ResetTrafficRequest.newBuilder().setModel("changed").build())
                .getTraffic();
        assertThat(reset.getChanged()).isFalse();
        assertThat(reset.getShadow().getVersion()).isEmpty();
        assertThat(answering("changed")).isEqualTo("1");
    }

    @Test
    void whatIsNotServedOrNotAllowedIsNotSet() {
        assertThat(refusal(() -> set("weighed", share("1", 1), share("9", 1))))
                .isEqualTo("NOT_FOUND: Request for unknown model: 'weighed' version 9 is not found");
        assertThat(refusal(() -> set("weighed", share("1", -1)))).startsWith("INVALID_ARGUMENT: share '1:-1.0' is not");
        assertThat(refusal(() -> set("weighed", share("1", 0)))).startsWith("INVALID_ARGUMENT: the split's weights");
        assertThat(refusal(() -> set("nope", share("1", 1))))
                .isEqualTo("NOT_FOUND: Request for unknown model: 'nope' is not found");
        assertThat(refusal(() -> traffic("nope"))).startsWith("NOT_FOUND: ");
        assertThat(traffic("weighed").getChanged()).isFalse();
    }

    private static TrafficShare share(String version, double weight) {
        return TrafficShare.newBuilder().setVersion(version).setWeight(weight).build();
    }

    private static void set(String model, TrafficShare... shares) {
        var unused = admin.setTraffic(SetTrafficRequest.newBuilder()
                .setModel(model)
                .setSplit(TrafficSplit.newBuilder().addAllShares(List.of(shares)))
                .build());
    }

    private static ModelTraffic traffic(String model) {
        return admin.getTraffic(GetTrafficRequest.newBuilder().setModel(model).build())
                .getTraffic();
    }

    private static ModelInferRequest.Builder request(String model) {
        return Requests.request(model, List.of(Tensors.longs("id", Shape.of(1, 1), 0))).toBuilder();
    }

    private static ModelInferRequest.Builder of(String model, String user) {
        return request(model).putParameters("user", text(user));
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static String answering(String model) {
        return answering(request(model));
    }

    /** The version that answers, and says so. */
    private static String answering(ModelInferRequest.Builder request) {
        return version(server.stub().modelInfer(request.build()));
    }

    private static String answeringByMetadata(String model, String user) {
        Metadata headers = new Metadata();
        headers.put(USER, user);
        return version(server.stub()
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .modelInfer(request(model).build()));
    }

    private static String version(ModelInferResponse response) {
        String said = Tensors.strings(Requests.tensors(response).get(0)).get(0);
        assertThat(response.getModelVersion()).isEqualTo(said);
        return said;
    }

    private static String refusal(ThrowingCallable call) {
        Status refused =
                catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
        return refused.getCode() + ": " + refused.getDescription();
    }
}
