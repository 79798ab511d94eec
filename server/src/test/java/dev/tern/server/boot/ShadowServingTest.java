package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.GetTrafficRequest;
import dev.tern.proto.admin.v1.ShadowReport;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Copies of requests that version 1 answers, for version 2, on a real server. */
@Timeout(120)
class ShadowServingTest {
    private static final int REQUESTS = 5;
    private static final long HOURS = 1L << 40;
    /** Steps of {@link OnnxModels#slow} that take some tenths of a second. */
    private static final long LONG = 100_000;

    private static final ControlSettings EXPLICIT =
            new ControlSettings(ControlMode.EXPLICIT, List.of("*"), Duration.ofSeconds(15), 0, OptionalLong.empty());

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private ModelDirectory model(byte[] first, byte[] second) {
        return ModelDirectory.of(directory, "m")
                .version(1, first)
                .version(2, second)
                .config(config("all {}", "1:1", "2:100"));
    }

    private static String config(String policy, String split, String shadow) {
        return "max_batch_size: 4 version_policy { " + policy + " }"
                + " parameters { key: 'tern.traffic.split' value { string_value: '" + split + "' } }"
                + " parameters { key: 'tern.traffic.shadow' value { string_value: '" + shadow + "' } }";
    }

    @Test
    void answersAreComparedAndShownPerVersion() throws Exception {
        model(OnnxModels.times(2), OnnxModels.times(3));
        try (TestServer server = TestServer.serving(directory)) {
            for (int i = 0; i < REQUESTS; i++) {
                ModelInferResponse answer = infer(server, Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4));
                assertThat(answer.getModelVersion()).isEqualTo("1");
                assertThat(Tensors.floats(Requests.tensors(answer).get(0))).containsExactly(2, 4, 6, 8);
            }
            Await.until("all are compared", () -> report(server).getCompared() == REQUESTS);
            ShadowReport report = report(server);
            assertThat(report.getCandidate()).isEqualTo(2);
            assertThat(report.getAnswers().getMeanAbsolute()).isEqualTo(2.5);
            assertThat(report.getAnswers().getMaxAbsolute()).isEqualTo(4);
            assertThat(report.getAnswers().getRanked()).isEqualTo(REQUESTS);
            assertThat(report.getAnswers().getLeastRankCorrelation()).isGreaterThan(0.999);
            assertThat(report.getOutputsMap()).containsOnlyKeys("y");
            assertThat(report.getPrimaryMeanNs()).isPositive();
            assertThat(report.getCandidateMeanNs()).isPositive();
            assertThat(server.metrics())
                    .contains("tern_shadow_requests_total{model=\"m\",outcome=\"compared\",version=\"2\"} 5.0")
                    .contains("tern_shadow_difference_mean_absolute_sum{model=\"m\",version=\"2\"} 12.5")
                    .contains("tern_shadow_difference_max_sum{model=\"m\",version=\"2\"} 20.0")
                    .contains("tern_shadow_rank_correlation{model=\"m\",version=\"2\"} ")
                    .contains("tern_shadow_rank_distance_count{model=\"m\",version=\"2\"} 5")
                    .contains("tern_shadow_duration_seconds_count{model=\"m\",version=\"2\"} 5")
                    .contains("tern_inference_executions_total{model=\"m\",outcome=\"success\",version=\"2\"} 0.0")
                    .contains("tern_inference_requests_total{model=\"m\",outcome=\"success\",version=\"2\"} 0.0");
            assertThat(requests(server, "2")).as("no caller asked it").isZero();
        }
    }

    /** What is compared is what the classes are made of. */
    @Test
    void answersAsClassesAreComparedByTheirNumbers() {
        model(OnnxModels.times(2), OnnxModels.times(3));
        try (TestServer server = TestServer.serving(directory)) {
            ModelInferRequest.Builder request =
                    Requests.request("m", List.of(Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4))).toBuilder();
            request.addOutputsBuilder()
                    .setName("y")
                    .putParameters(
                            "classification",
                            InferParameter.newBuilder().setInt64Param(1).build());
            ModelInferResponse answer = server.stub().modelInfer(request.build());
            assertThat(answer.getRawOutputContents(0).toStringUtf8()).endsWith("8.000000:3");
            Await.until("it is compared", () -> report(server).getCompared() == 1);
            assertThat(report(server).getAnswers().getMeanAbsolute()).isEqualTo(2.5);
        }
    }

    /** An id outside 0..7 fails in version 2; any other has outputs of other names there. */
    @Test
    void aCandidateThatFailsOrAnswersSomethingElseIsCountedAndNobodyNotices() throws Exception {
        model(OnnxModels.batchSpy(), OnnxModels.gatherBadId());
        try (TestServer server = TestServer.serving(directory)) {
            for (long id : new long[] {100, 3, 101}) {
                ModelInferResponse answer = infer(server, Tensors.longs("id", Shape.of(1, 1), id));
                assertThat(Tensors.longs(Requests.tensors(answer).get(0))).containsExactly(id);
            }
            Await.until(
                    "all have ended",
                    () -> report(server).getIncomparable() == 1
                            && report(server).getFailuresOrDefault("internal", 0) == 2);
            assertThat(report(server).getCompared()).isZero();
            assertThat(server.metrics())
                    .contains("tern_shadow_requests_total{model=\"m\",outcome=\"failed\",version=\"2\"} 2.0")
                    .contains("tern_shadow_requests_total{model=\"m\",outcome=\"incomparable\",version=\"2\"} 1.0");
        }
    }

    /** Version 2 runs for hours: what its copies hold is given back when the server stops. */
    @Test
    void theCallerWaitsForNoCopy() {
        model(quick(), OnnxModels.slow());
        try (TestServer server = TestServer.serving(directory)) {
            for (int i = 0; i < REQUESTS; i++) {
                ModelInferResponse answer = infer(
                        server,
                        Tensors.floats("x", Shape.of(1, 64), new float[64]),
                        Tensors.longs("iters", Shape.of(1, 1), HOURS));
                assertThat(answer.getModelVersion()).isEqualTo("1");
            }
            assertThat(report(server).getCompared()).isZero();
        }
    }

    /** Takes what {@link OnnxModels#slow} takes, and no time. */
    private static byte[] quick() {
        return OnnxGraph.named("quick")
                .input("x", TensorProto.DataType.FLOAT, "batch", 64)
                .input("iters", TensorProto.DataType.INT64, "batch", 1)
                .output("y", TensorProto.DataType.FLOAT, "batch", 64)
                .output("n", TensorProto.DataType.INT64, "batch", 1)
                .node("Identity", "x", "y")
                .node("Identity", "iters", "n")
                .bytes();
    }

    /** Its runs get the time that is left, so they take long by no fault of its own. */
    @Test
    void aCopyMayTakeLongerThanACallersRunMay() {
        model(quick(), OnnxModels.slow())
                .config(config("all {}", "1:1", "2:100")
                        + " parameters { key: 'tern.max_execution_ms' value { string_value: '100' } }");
        try (TestServer server = TestServer.serving(directory)) {
            ModelInferResponse answer = infer(
                    server,
                    Tensors.floats("x", Shape.of(1, 64), new float[64]),
                    Tensors.longs("iters", Shape.of(1, 1), LONG));
            assertThat(answer.getModelVersion()).isEqualTo("1");
            Await.until("it was answered", () -> report(server).getIncomparable() == 1);
            assertThat(report(server).getFailuresMap()).isEmpty();
        }
    }

    /** While a copy is under way its candidate is unloaded, and the split and the shadow change without a load. */
    @Test
    void versionsComeAndGoAndNoRequestFails() {
        ModelDirectory model = model(OnnxModels.times(2), OnnxModels.times(3));
        Tensor x = Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4);
        try (TestServer server = TestServer.builder(directory).control(EXPLICIT).start()) {
            assertThat(infer(server, x).getModelVersion()).isEqualTo("1");
            model.config(config("all {}", "2:1", "2:100"));
            load(server);
            assertThat(infer(server, x).getModelVersion()).isEqualTo("2");
            assertThat(requests(server, "1")).as("nothing was loaded anew").isEqualTo(1);

            model.config(config("specific { versions: [1] }", "1:1", "2:100"));
            load(server);
            assertThat(infer(server, x).getModelVersion()).isEqualTo("1");
            Await.until("it is said that nobody was there", () -> report(server).getUnserved() > 0);

            model.config(config("specific { versions: [2] }", "1:1", "1:0"));
            load(server);
            assertThat(infer(server, x).getModelVersion())
                    .as("none of the split is served")
                    .isEqualTo("2");
            assertThat(report(server).getUnserved()).isEqualTo(1);
        }
    }

    private static void load(TestServer server) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("m")
                        .build());
    }

    /** Of callers, that the version has answered since it was loaded. */
    private static long requests(TestServer server, String version) {
        return server.stub()
                .modelStatistics(ModelStatisticsRequest.newBuilder()
                        .setName("m")
                        .setVersion(version)
                        .build())
                .getModelStats(0)
                .getInferenceStats()
                .getSuccess()
                .getCount();
    }

    private static ModelInferResponse infer(TestServer server, Tensor... inputs) {
        return server.stub().modelInfer(Requests.request("m", List.of(inputs)));
    }

    private static ShadowReport report(TestServer server) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        try {
            return AdminGrpc.newBlockingStub(channel)
                    .getTraffic(GetTrafficRequest.newBuilder().setModel("m").build())
                    .getReport();
        } finally {
            channel.shutdownNow();
        }
    }
}
