package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.admin.v1.AdminGrpc;
import dev.tern.proto.admin.v1.ClearCacheRequest;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The response cache over a real socket, with real models. */
@Tag("protocol")
@Timeout(120)
class ResponseCacheTest {
    private static final String CACHED = "response_cache { enable: true } ";

    @TempDir
    static Path directory;

    private static TestServer server;
    private static long slabs;

    @BeforeAll
    static void serve() {
        slabs = Slab.live();
        ModelDirectory.of(directory, "plain").version(1, OnnxModels.mlp(4, 8, 2));
        ModelDirectory.of(directory, "cached")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .version(2, OnnxModels.mlp(4, 16, 2))
                .config(CACHED + "version_policy { all {} }");
        ModelDirectory.of(directory, "asked")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config(CACHED);
        ModelDirectory.of(directory, "counted")
                .version(1, OnnxModels.mlp(4, 8, 2))
                .config(CACHED);
        ModelDirectory.of(directory, "large")
                .version(1, OnnxModels.mlp(8192, 4))
                .config(CACHED);
        ModelDirectory.of(directory, "sums").version(1, OnnxModels.simple()).config(CACHED);
        server = TestServer.serving(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
        assertThat(Slab.live()).as("slabs with references").isEqualTo(slabs);
    }

    private static Tensor x(float... values) {
        return Tensors.floats("x", Shape.of(values.length / 4, 4), values);
    }

    private static ModelInferRequest ask(String model, Tensor... inputs) {
        return Requests.request(model, List.of(inputs));
    }

    private static ModelInferRequest with(ModelInferRequest request, String control) {
        return request.toBuilder()
                .putParameters(
                        "tern_cache",
                        InferParameter.newBuilder().setStringParam(control).build())
                .build();
    }

    private static ModelInferResponse send(ModelInferRequest request) {
        return server.stub().modelInfer(request);
    }

    private static String origin(ModelInferResponse response) {
        return response.getParametersOrDefault("tern_cache", InferParameter.getDefaultInstance())
                .getStringParam();
    }

    @Test
    void theSecondOfTwoEqualRequestsIsAnsweredFromMemory() {
        ModelInferResponse first =
                send(ask("cached", x(1, 2, 3, 4)).toBuilder().setId("a").build());
        ModelInferResponse second =
                send(ask("cached", x(1, 2, 3, 4)).toBuilder().setId("b").build());

        assertThat(origin(first)).isEqualTo("miss");
        assertThat(origin(second)).isEqualTo("l1");
        assertThat(second.toBuilder().clearId().clearParameters().build())
                .isEqualTo(first.toBuilder().clearId().clearParameters().build());
        assertThat(second.getId()).isEqualTo("b");
        assertThat(origin(send(ask("cached", x(1, 2, 3, 5))))).isEqualTo("miss");
    }

    @Test
    void modelsWithoutACacheSayNothingOfIt() {
        assertThat(send(ask("plain", x(1, 2, 3, 4))).getParametersMap()).isEmpty();
        assertThat(send(with(ask("plain", x(1, 2, 3, 4)), "bypass")).getParametersMap())
                .isEmpty();
    }

    @Test
    void requestsAreTheSameHoweverTheyAreWritten() {
        int[] left = IntStream.range(0, 16).toArray();
        ModelInferRequest raw = ask("sums", ints("INPUT0", left), ints("INPUT1", left));
        ModelInferRequest otherOrder = ask("sums", ints("INPUT1", left), ints("INPUT0", left));
        ModelInferRequest.Builder typed = raw.toBuilder().clearRawInputContents();
        InferTensorContents contents = InferTensorContents.newBuilder()
                .addAllIntContents(IntStream.of(left).boxed().toList())
                .build();
        typed.getInputsBuilderList().forEach(each -> each.setContents(contents));
        ModelInferRequest named = raw.toBuilder()
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("OUTPUT0"))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("OUTPUT1"))
                .build();
        ModelInferRequest turned = raw.toBuilder()
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("OUTPUT1"))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("OUTPUT0"))
                .build();

        assertThat(origin(send(raw))).isEqualTo("miss");
        assertThat(origin(send(otherOrder))).isEqualTo("l1");
        assertThat(origin(send(typed.build()))).isEqualTo("l1");
        assertThat(origin(send(named))).isEqualTo("l1");
        ModelInferResponse answer = send(turned);
        assertThat(origin(answer)).isEqualTo("miss");
        assertThat(answer.getOutputs(0).getName()).isEqualTo("OUTPUT1");
    }

    private static Tensor ints(String name, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return Tensors.raw(name, DataType.INT32, Shape.of(1, values.length), bytes.array());
    }

    @Test
    void aRequestMayWantTheModelsOwnAnswer() {
        ModelInferRequest request = ask("asked", x(1, 2, 3, 4));

        assertThat(origin(send(with(request, "bypass")))).isEqualTo("bypass");
        assertThat(origin(send(request))).as("nothing was kept").isEqualTo("miss");
        assertThat(origin(send(with(request, "refresh")))).isEqualTo("bypass");
        assertThat(origin(send(request))).isEqualTo("l1");
        assertThat(server.metrics().lines())
                .contains(
                        "tern_cache_unasked_total{control=\"bypass\",model=\"asked\",version=\"1\"} 1.0",
                        "tern_cache_unasked_total{control=\"refresh\",model=\"asked\",version=\"1\"} 1.0");
    }

    @Test
    void anUnknownControlIsRefused() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> send(with(ask("cached", x(1, 2, 3, 4)), "l3")));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("[request id: <id_unknown>] parameter 'tern_cache' is 'l3'; must be 'bypass' or 'refresh'");
    }

    @Test
    void versionsHaveAnswersOfTheirOwn() {
        ModelInferRequest request = ask("cached", x(2, 2, 2, 2));
        ModelInferRequest ofFirst = request.toBuilder().setModelVersion("1").build();
        ModelInferResponse second = send(request);
        ModelInferResponse first = send(ofFirst);

        assertThat(origin(first)).isEqualTo("miss");
        assertThat(first.getRawOutputContents(0)).isNotEqualTo(second.getRawOutputContents(0));
        assertThat(send(ofFirst).getRawOutputContents(0)).isEqualTo(first.getRawOutputContents(0));
        assertThat(send(request).getRawOutputContents(0)).isEqualTo(second.getRawOutputContents(0));
        assertThat(send(ofFirst).getModelVersion()).isEqualTo("1");
    }

    @Test
    void largeRequestsAreReadWhereTheNetworkPutThem() {
        float[] values = new float[4 * 8192];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        ModelInferRequest request = ask("large", Tensors.floats("x", Shape.of(4, 8192), values));
        values[values.length - 1] = 0;
        ModelInferRequest other = ask("large", Tensors.floats("x", Shape.of(4, 8192), values));
        ModelInferResponse first = send(request);

        assertThat(send(request).getRawOutputContentsList()).isEqualTo(first.getRawOutputContentsList());
        assertThat(origin(send(request))).isEqualTo("l1");
        assertThat(origin(send(other))).isEqualTo("miss");
    }

    @Test
    void whatIsKeptIsCountedAndCleared() throws Exception {
        send(ask("counted", x(1, 2, 3, 4)));
        send(ask("counted", x(1, 2, 3, 4)));
        send(ask("counted", x(5, 6, 7, 8)));
        assertThat(server.metrics().lines())
                .contains(
                        "tern_cache_lookups_total{level=\"l1\",model=\"counted\",outcome=\"hit\",version=\"1\"} 1.0",
                        "tern_cache_lookups_total{level=\"l1\",model=\"counted\",outcome=\"miss\",version=\"1\"} 2.0",
                        "tern_cache_entries{model=\"counted\"} 2.0",
                        "tern_cache_memory_max_bytes 1.6777216E7");

        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.adminPort())
                .usePlaintext()
                .build();
        try {
            assertThat(AdminGrpc.newBlockingStub(channel)
                            .clearCache(ClearCacheRequest.newBuilder()
                                    .setModel("counted")
                                    .build())
                            .getCleared())
                    .isEqualTo(2);
            StatusRuntimeException refused = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> AdminGrpc.newBlockingStub(channel)
                            .clearCache(ClearCacheRequest.newBuilder()
                                    .setModel("plain")
                                    .build()));
            assertThat(refused.getStatus().getDescription())
                    .isEqualTo("model 'plain' has no response cache: its configuration does not say"
                            + " response_cache { enable: true }");
        } finally {
            channel.shutdownNow();
        }
        assertThat(origin(send(ask("counted", x(1, 2, 3, 4))))).isEqualTo("miss");
        assertThat(server.metrics().lines())
                .contains(
                        "tern_cache_entries{model=\"counted\"} 1.0",
                        "tern_cache_evictions_total{cause=\"cleared\",model=\"counted\"} 2.0");
    }
}
