package dev.tern.server.boot;

import static dev.tern.server.testing.EnsembleText.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.InferStatistics;
import dev.tern.proto.inference.ModelConfigRequest;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.EnsembleText;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Ensembles over a real socket: what they answer, what is counted, what their callers are told of failures. */
@Tag("protocol")
@Timeout(120)
class EnsembleServingTest {
    private static final String BATCHED = "max_batch_size: 8 ";
    private static final String ONE_INPUT = "input { name: 'x' data_type: TYPE_FP32 dims: [ 4 ] } ";
    private static final String ONE_OUTPUT = "output { name: 'y' data_type: TYPE_FP32 dims: [ 4 ] } ";

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    static Path directory;

    private static TestServer server;

    @BeforeAll
    static void serve() {
        model("twice").version(1, OnnxModels.times(2)).config(BATCHED);
        model("thrice").version(1, OnnxModels.times(3)).config(BATCHED + "response_cache { enable: true }");
        model("sum").version(1, sum()).config(BATCHED);
        model("ids").version(1, OnnxModels.gatherBadId()).config(BATCHED);
        model("slow").version(1, OnnxModels.slow()).config(BATCHED);
        model("unbatched").version(1, OnnxModels.times(5)).config("max_batch_size: 0 ");
        ensemble(
                "six",
                BATCHED + ONE_INPUT + ONE_OUTPUT,
                step("twice", Map.of("x", "x"), Map.of("y", "doubled")),
                step("thrice", Map.of("x", "doubled"), Map.of("y", "y")));
        ensemble(
                "five",
                BATCHED + ONE_INPUT + output("total") + output("doubled"),
                step("sum", Map.of("a", "doubled", "b", "tripled"), Map.of("total", "total")),
                step("thrice", Map.of("x", "x"), Map.of("y", "tripled")),
                step("twice", Map.of("x", "x"), Map.of("y", "doubled")));
        ensemble(
                "thirty",
                BATCHED + ONE_INPUT + ONE_OUTPUT,
                step("six", Map.of("x", "x"), Map.of("y", "six")),
                step("five", Map.of("x", "six"), Map.of("total", "y")));
        ensemble(
                "looksUp",
                BATCHED + "input { name: 'id' data_type: TYPE_INT64 dims: [ 1 ] } " + ONE_OUTPUT,
                step("ids", Map.of("id", "id"), Map.of("y", "found")),
                step("twice", Map.of("x", "found"), Map.of("y", "y")));
        ensemble(
                "single",
                "max_batch_size: 0 " + ONE_INPUT + ONE_OUTPUT,
                step("twice", Map.of("x", "x"), Map.of("y", "doubled")),
                step("thrice", Map.of("x", "doubled"), Map.of("y", "y")));
        ensemble(
                "patient",
                BATCHED
                        + "input { name: 'x' data_type: TYPE_FP32 dims: [ 64 ] } input { name: 'n' data_type: TYPE_INT64 dims: [ 1 ] } output { name: 'y' data_type: TYPE_FP32 dims: [ 64 ] } ",
                step("slow", Map.of("x", "x", "iters", "n"), Map.of("y", "y")));
        server = TestServer.serving(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ModelDirectory model(String name) {
        return ModelDirectory.of(directory, name);
    }

    private static String output(String name) {
        return "output { name: '" + name + "' data_type: TYPE_FP32 dims: [ 4 ] } ";
    }

    private static void ensemble(String name, String signature, String... steps) {
        // As Triton wants it: the version is an empty directory, but for a file that keeps it in a repository.
        model(name).file("1/.keep", new byte[0]).config(EnsembleText.of(signature, steps));
    }

    /** {@code a, b [batch,4] -> total [batch,4]}. */
    private static byte[] sum() {
        return OnnxGraph.named("sum")
                .input("a", TensorProto.DataType.FLOAT, "batch", 4)
                .input("b", TensorProto.DataType.FLOAT, "batch", 4)
                .output("total", TensorProto.DataType.FLOAT, "batch", 4)
                .node("Add", List.of("a", "b"), "total")
                .bytes();
    }

    private static Tensor x(float... values) {
        return Tensors.floats("x", Shape.of(values.length / 4, 4), values);
    }

    @Test
    void aStepReadsWhatAnotherMakes() {
        List<Tensor> answer = Requests.infer(server, "six", x(1, 2, 3, 4, 5, 6, 7, 8));
        assertThat(answer).singleElement().satisfies(y -> {
            assertThat(y.name()).isEqualTo("y");
            assertThat(y.shape()).isEqualTo(Shape.of(2, 4));
            assertThat(Tensors.floats(y)).containsExactly(6, 12, 18, 24, 30, 36, 42, 48);
        });
    }

    @Test
    void whatTheConfigurationSaysLastMayRunFirst() {
        List<Tensor> answer = Requests.infer(server, "five", x(1, 2, 3, 4));
        assertThat(answer).extracting(Tensor::name).containsExactly("total", "doubled");
        assertThat(Tensors.floats(answer.get(0))).containsExactly(5, 10, 15, 20);
        assertThat(Tensors.floats(answer.get(1))).containsExactly(2, 4, 6, 8);
    }

    @Test
    void onlyTheStepsRunThatTheOutputsAskedForNeed() {
        long before = statistics("sum").getSuccess().getCount();
        ModelInferRequest request = Requests.request("five", List.of(x(1, 2, 3, 4))).toBuilder()
                .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName("doubled"))
                .build();
        List<Tensor> answer = Requests.tensors(server.stub().modelInfer(request));
        assertThat(answer)
                .singleElement()
                .satisfies(y -> assertThat(Tensors.floats(y)).containsExactly(2, 4, 6, 8));
        assertThat(statistics("sum").getSuccess().getCount()).isEqualTo(before);
    }

    @Test
    void anEnsembleMayBeAStep() {
        assertThat(Tensors.floats(
                        Requests.infer(server, "thirty", x(1, 2, 3, 4)).get(0)))
                .containsExactly(30, 60, 90, 120);
    }

    @Test
    void aBatchOfOneIsPutInFrontAndTakenAway() {
        List<Tensor> answer = Requests.infer(server, "single", Tensors.floats("x", Shape.of(4), 1, 2, 3, 4));
        assertThat(answer.get(0).shape()).isEqualTo(Shape.of(4));
        assertThat(Tensors.floats(answer.get(0))).containsExactly(6, 12, 18, 24);
    }

    @Test
    void aFailureNamesTheStep() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> Requests.infer(server, "looksUp", Tensors.longs("id", Shape.of(1, 1), 99)));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(failure.getStatus().getDescription()).startsWith("in ensemble 'looksUp', step[0], model 'ids': ");
        assertThat(Tensors.floats(Requests.infer(server, "looksUp", Tensors.longs("id", Shape.of(1, 1), 1))
                        .get(0)))
                .containsExactly(8, 10, 12, 14);
    }

    @Test
    void theCallersDeadlineReachesTheSteps() {
        long failed = statistics("slow").getFail().getCount();
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> server.stub()
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .modelInfer(Requests.request(
                                "patient",
                                List.of(
                                        Tensors.floats("x", Shape.of(1, 64), new float[64]),
                                        Tensors.longs("n", Shape.of(1, 1), 1_000_000_000L)))));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Await.until("the step was ended", () -> statistics("slow").getFail().getCount() == failed + 1);
    }

    @Test
    void aCallersCancellationEndsTheStepUnderWay() {
        long failed = statistics("slow").getFail().getCount();
        ModelInferRequest request = Requests.request(
                "patient",
                List.of(
                        Tensors.floats("x", Shape.of(1, 64), new float[64]),
                        Tensors.longs("n", Shape.of(1, 1), 1_000_000_000L)));
        ListenableFuture<ModelInferResponse> call =
                GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(request);
        Await.until("the step runs", () -> server.inFlight() > 0);
        assertThat(call.cancel(true)).isTrue();
        Await.until("the step was ended", () -> statistics("slow").getFail().getCount() == failed + 1);
        Await.until("the request is over", () -> server.inFlight() == 0);
    }

    @Test
    void stepsAndEnsembleAreCounted() {
        ModelStatistics twice = all("twice");
        ModelStatistics six = all("six");
        Requests.infer(server, "six", x(11, 12, 13, 14, 15, 16, 17, 18));
        Requests.infer(server, "six", x(11, 12, 13, 14, 15, 16, 17, 18));
        assertThat(all("twice").getInferenceCount() - twice.getInferenceCount()).isEqualTo(4);
        assertThat(all("six").getInferenceCount() - six.getInferenceCount()).isEqualTo(4);
        assertThat(all("six").getExecutionCount() - six.getExecutionCount()).isEqualTo(2);
        assertThat(all("six").getInferenceStats().getSuccess().getCount()
                        - six.getInferenceStats().getSuccess().getCount())
                .isEqualTo(2);
        assertThat(server.metrics()).contains("tern_inference_batch_size_count{model=\"six\"");
    }

    @Test
    void aStepWithACacheRunsOnceForEqualInputs() {
        long hits = statistics("thrice").getCacheHit().getCount();
        Requests.infer(server, "six", x(21, 22, 23, 24));
        Requests.infer(server, "six", x(21, 22, 23, 24));
        assertThat(statistics("thrice").getCacheHit().getCount() - hits).isEqualTo(1);
    }

    @Test
    void clientsSeeAnEnsembleAsAModel() {
        assertThat(server.stub()
                        .modelMetadata(
                                ModelMetadataRequest.newBuilder().setName("six").build())
                        .getPlatform())
                .isEqualTo("ensemble");
        assertThat(server.stub()
                        .modelConfig(
                                ModelConfigRequest.newBuilder().setName("six").build())
                        .getConfig()
                        .getEnsembleScheduling()
                        .getStepCount())
                .isEqualTo(2);
    }

    @Test
    void theEnsemblesOwnSignatureIsChecked() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> Requests.infer(server, "six", Tensors.floats("x", Shape.of(1, 3), 1, 2, 3)));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription())
                .contains("for model 'six'")
                .doesNotContain("step");
    }

    private static InferStatistics statistics(String model) {
        return all(model).getInferenceStats();
    }

    private static ModelStatistics all(String model) {
        return server.stub()
                .modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName(model).build())
                .getModelStats(0);
    }
}
