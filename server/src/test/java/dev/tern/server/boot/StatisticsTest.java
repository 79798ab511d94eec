package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import dev.tern.proto.inference.InferBatchStatistics;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.InferStatistics;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelStatistics;
import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.proto.inference.StatisticDuration;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ModelStatistics says after traffic that is known to the last request, over a real socket. */
@Tag("protocol")
@Timeout(120)
class StatisticsTest {
    private static final String CACHED = "response_cache { enable: true } ";
    private static final String SPLIT = "max_batch_size: 4 " + parameter("tern.batching.split_large_requests", "true");

    @TempDir
    static Path directory;

    private static TestServer server;

    /** All that is counted, but for times. */
    private record Counts(
            long success,
            long fail,
            long computed,
            long hits,
            long misses,
            long inferences,
            Map<Long, Long> runsByRows) {}

    private static String parameter(String key, String value) {
        return "parameters { key: '" + key + "' value { string_value: '" + value + "' } } ";
    }

    /** A batch goes when it has so many rows; the window only ends a test that failed. */
    private static String inOneRun(int rows) {
        return "max_batch_size: " + rows + " dynamic_batching { preferred_batch_size: " + rows
                + " max_queue_delay_microseconds: 60000000 } instance_group { count: 1 } ";
    }

    @BeforeAll
    static void serve() {
        byte[] mlp = OnnxModels.mlp(4, 8, 2);
        model("plain").version(1, OnnxModels.identity(DataType.FP32, 2, 3));
        model("batched").version(1, mlp).config(inOneRun(4));
        model("failing").version(1, OnnxModels.gatherBadId()).config(inOneRun(2));
        model("full")
                .version(1, mlp)
                .config("max_batch_size: 4 dynamic_batching { preferred_batch_size: 4 max_queue_delay_microseconds:"
                        + " 60000000 default_queue_policy { max_queue_size: 1 } }");
        model("strict").version(1, OnnxModels.identity(DataType.FP32, 2, 3));
        model("cached").version(1, mlp).config(CACHED);
        model("coalesced").version(1, mlp).config(CACHED + inOneRun(2));
        model("rows").version(1, OnnxModels.twoOutputs()).config(SPLIT + CACHED + parameter("tern.cache.rows", "true"));
        model("split").version(1, OnnxModels.twoOutputs()).config(SPLIT);
        model("onePartFails")
                .version(1, OnnxModels.gatherBadId())
                .config("max_batch_size: 2 instance_group { count: 1 } "
                        + parameter("tern.batching.split_large_requests", "true"));
        model("padded")
                .version(1, OnnxModels.variableLengthSum())
                .config(inOneRun(2)
                        + parameter("tern.batching.pad", "x:0")
                        + parameter("tern.batching.max_padding_waste", "0.99"));
        model("two").version(3, mlp).version(12, mlp).config("version_policy { all {} }");
        model("broken").version(1, OddModels.opset99());
        server = TestServer.serving(directory);
    }

    private static ModelDirectory model(String name) {
        return ModelDirectory.of(directory, name);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aRequestOfAModelThatIsNotBatchedIsARun() {
        for (int i = 0; i < 3; i++) {
            send("plain", Tensors.floats("x", Shape.of(2, 3), 1, 2, 3, 4, 5, 6));
        }
        assertThat(counts("plain")).isEqualTo(new Counts(3, 0, 3, 0, 0, 3, Map.of(1L, 3L)));
        ModelStatistics statistics = statistics("plain");
        InferBatchStatistics runs = statistics.getBatchStats(0);
        InferStatistics requests = statistics.getInferenceStats();
        assertThat(requests.getComputeInput()).isEqualTo(runs.getComputeInput());
        assertThat(requests.getComputeInfer()).isEqualTo(runs.getComputeInfer());
        assertThat(requests.getComputeOutput()).isEqualTo(runs.getComputeOutput());
        assertThat(requests.getSuccess().getNs())
                .isGreaterThanOrEqualTo(requests.getQueue().getNs()
                        + requests.getComputeInput().getNs()
                        + requests.getComputeInfer().getNs()
                        + requests.getComputeOutput().getNs());
        assertThat(statistics.getMemoryUsageList()).isEmpty();
        assertThat(statistics.getResponseStatsMap()).isEmpty();
    }

    @Test
    void aRunIsCountedOnceAndForEachOfItsRequests() throws Exception {
        sendTogether(x("batched", 2), x("batched", 1), x("batched", 1));
        send(x("batched", 4));
        assertThat(counts("batched")).isEqualTo(new Counts(4, 0, 4, 0, 0, 8, Map.of(4L, 2L)));
    }

    @Test
    void requestsThatFailInARunFail() throws Exception {
        sendTogether(id(1), id(99));
        sendTogether(id(98), id(97));
        assertThat(counts("failing")).isEqualTo(new Counts(1, 3, 1, 0, 0, 1, Map.of(1L, 1L)));
    }

    @Test
    void whatIsTurnedAwayOrCancelledFails() {
        List<ListenableFuture<ModelInferResponse>> two =
                Stream.of(x("full", 1), x("full", 1)).map(future()::modelInfer).toList();
        Await.until("one is turned away", () -> two.stream().anyMatch(ListenableFuture::isDone));
        two.forEach(each -> each.cancel(true));
        Await.until("nothing is in flight", () -> server.inFlight() == 0);
        assertThat(counts("full")).isEqualTo(new Counts(0, 2, 0, 0, 0, 0, Map.of()));
    }

    @Test
    void whatIsRefusedForWhatItSaysIsNotCounted() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> send("strict", Tensors.floats("x", Shape.of(1, 3), 1, 2, 3)));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(counts("strict")).isEqualTo(new Counts(0, 0, 0, 0, 0, 0, Map.of()));
        assertThat(statistics("strict").getLastInference()).isZero();
    }

    @Test
    void cacheHitsAreNoInferences() {
        long before = System.currentTimeMillis();
        send(x("cached", 1));
        send(x("cached", 2));
        send(x("cached", 2).toBuilder()
                .putParameters(
                        "tern_cache",
                        InferParameter.newBuilder().setStringParam("bypass").build())
                .build());
        assertThat(counts("cached")).isEqualTo(new Counts(3, 0, 3, 0, 2, 5, Map.of(1L, 1L, 2L, 2L)));
        long last = statistics("cached").getLastInference();
        assertThat(last).isBetween(before - 1_000, System.currentTimeMillis() + 1_000);

        send(x("cached", 1));
        assertThat(counts("cached")).isEqualTo(new Counts(4, 0, 3, 1, 2, 5, Map.of(1L, 1L, 2L, 2L)));
        assertThat(statistics("cached").getLastInference()).isEqualTo(last);
    }

    @Test
    void whoWaitsForAnEqualOnesRunHasNoneOfItsOwn() throws Exception {
        ModelInferRequest other =
                Requests.request("coalesced", List.of(Tensors.floats("x", Shape.of(1, 4), 9, 9, 9, 9)));
        sendTogether(x("coalesced", 1), x("coalesced", 1), other);
        assertThat(counts("coalesced")).isEqualTo(new Counts(3, 0, 2, 1, 2, 2, Map.of(2L, 1L)));
    }

    @Test
    void onlyRowsThatAreComputedAreInferences() {
        send(rows("rows", 1, 2, 3));
        // Five of seven are new: two runs of at most four.
        send(rows("rows", 9, 3, 8, 7, 1, 6, 5));
        send(rows("rows", 5, 1, 9, 1));
        assertThat(counts("rows")).isEqualTo(new Counts(3, 0, 2, 1, 2, 8, Map.of(1L, 1L, 3L, 1L, 4L, 1L)));
    }

    @Test
    void aRequestInPartsIsOneRequestOfSeveralRuns() {
        send(rows("split", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
        assertThat(counts("split")).isEqualTo(new Counts(1, 0, 1, 0, 0, 10, Map.of(2L, 1L, 4L, 2L)));
    }

    @Test
    void aRequestOfWhichOnePartFailsFailsOnce() {
        StatusRuntimeException failed = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> send(Requests.request(
                        "onePartFails", List.of(Tensors.longs("id", Shape.of(5, 1), 1, 2, 3, 99, 5)))));

        assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        Await.until("nothing is in flight", () -> server.inFlight() == 0);
        Counts counts = counts("onePartFails");
        assertThat(counts.success()).isZero();
        assertThat(counts.fail()).isEqualTo(1);
        assertThat(counts.computed()).isZero();
        // The first part is always run before the second; the third may be, or is withdrawn when the second has failed.
        assertThat(counts.inferences()).isIn(2L, 3L);
        assertThat(counts.runsByRows()).containsEntry(2L, 1L);
    }

    @Test
    void paddingMakesNoRows() throws Exception {
        sendTogether(
                Requests.request("padded", List.of(Tensors.floats("x", Shape.of(1, 3), 1, 2, 3))),
                Requests.request("padded", List.of(Tensors.floats("x", Shape.of(1, 5), 1, 2, 3, 4, 5))));
        assertThat(counts("padded")).isEqualTo(new Counts(2, 0, 2, 0, 0, 2, Map.of(2L, 1L)));
    }

    @Test
    void versionsAreCountedApart() {
        send(x("two", 1).toBuilder().setModelVersion("3").build());
        send(x("two", 2));
        assertThat(ask("two", ""))
                .extracting(ModelStatistics::getVersion, ModelStatistics::getInferenceCount)
                .containsExactly(tuple("3", 1L), tuple("12", 2L));
        assertThat(ask("two", "3")).extracting(ModelStatistics::getVersion).containsExactly("3");
    }

    @Test
    void withoutANameAllThatIsServedIsTold() {
        assertThat(ask("", ""))
                .extracting(each -> each.getName() + "/" + each.getVersion())
                .containsExactly(
                        "batched/1",
                        "cached/1",
                        "coalesced/1",
                        "failing/1",
                        "full/1",
                        "onePartFails/1",
                        "padded/1",
                        "plain/1",
                        "rows/1",
                        "split/1",
                        "strict/1",
                        "two/3",
                        "two/12");
    }

    @Test
    void whatIsNotServedIsRefusedInTritonsWords() {
        assertThat(refusal("nope", "")).isEqualTo("requested model 'nope' is not available");
        assertThat(refusal("nope", "1")).isEqualTo("requested model 'nope' is not available");
        assertThat(refusal("broken", "")).isEqualTo("requested model 'broken' is not available");
        assertThat(refusal("broken", "1")).isEqualTo("requested model 'broken' is not available");
        assertThat(refusal("two", "4")).isEqualTo("requested model version is not available for model 'two'");
        assertThat(refusal("two", "-1"))
                .isEqualTo("invalid model version specified '-1' , version should be an integral value > 0");
    }

    private static String refusal(String model, String version) {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> ask(model, version));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        return String.valueOf(refused.getStatus().getDescription());
    }

    private static List<ModelStatistics> ask(String model, String version) {
        return server.stub()
                .modelStatistics(ModelStatisticsRequest.newBuilder()
                        .setName(model)
                        .setVersion(version)
                        .build())
                .getModelStatsList();
    }

    private static ModelStatistics statistics(String model) {
        List<ModelStatistics> versions = ask(model, "");
        assertThat(versions).hasSize(1);
        return versions.get(0);
    }

    /** Also holds what must agree in itself. */
    private static Counts counts(String model) {
        ModelStatistics statistics = statistics(model);
        InferStatistics requests = statistics.getInferenceStats();
        Map<Long, Long> runs = new TreeMap<>();
        for (InferBatchStatistics each : statistics.getBatchStatsList()) {
            runs.put(each.getBatchSize(), each.getComputeInfer().getCount());
            assertThat(each.getComputeInput().getCount())
                    .isEqualTo(each.getComputeInfer().getCount())
                    .isEqualTo(each.getComputeOutput().getCount());
        }
        assertThat(statistics.getExecutionCount())
                .isEqualTo(runs.values().stream().mapToLong(Long::longValue).sum());
        assertThat(requests.getQueue().getCount())
                .isEqualTo(requests.getSuccess().getCount());
        assertThat(Stream.of(requests.getComputeInput(), requests.getComputeInfer(), requests.getComputeOutput()))
                .extracting(StatisticDuration::getCount)
                .containsOnly(requests.getSuccess().getCount()
                        - requests.getCacheHit().getCount());
        return new Counts(
                requests.getSuccess().getCount(),
                requests.getFail().getCount(),
                requests.getComputeInfer().getCount(),
                requests.getCacheHit().getCount(),
                requests.getCacheMiss().getCount(),
                statistics.getInferenceCount(),
                runs);
    }

    /** So many rows that are all alike. */
    private static ModelInferRequest x(String model, int rows) {
        float[] values = new float[4 * rows];
        return Requests.request(model, List.of(Tensors.floats("x", Shape.of(rows, 4), values)));
    }

    private static ModelInferRequest rows(String model, int... rows) {
        float[] x = new float[4 * rows.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = rows[i / 4] + 0.1f * (i % 4);
        }
        return Requests.request(model, List.of(Tensors.floats("x", Shape.of(rows.length, 4), x)));
    }

    private static ModelInferRequest id(long value) {
        return Requests.request("failing", List.of(Tensors.longs("id", Shape.of(1, 1), value)));
    }

    private static void send(String model, Tensor input) {
        send(Requests.request(model, List.of(input)));
    }

    private static void send(ModelInferRequest request) {
        ModelInferResponse response = server.stub().modelInfer(request);
        assertThat(response.getModelName()).isEqualTo(request.getModelName());
    }

    private static GRPCInferenceServiceFutureStub future() {
        return GRPCInferenceServiceGrpc.newFutureStub(server.channel());
    }

    /** Waits for all of them, answered or failed. */
    private static void sendTogether(ModelInferRequest... requests) throws InterruptedException {
        for (ListenableFuture<ModelInferResponse> each :
                Stream.of(requests).map(future()::modelInfer).toList()) {
            try {
                assertThat(each.get().getOutputsCount()).isPositive();
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(StatusRuntimeException.class);
            }
        }
    }
}
