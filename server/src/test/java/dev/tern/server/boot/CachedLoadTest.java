package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.tern.proto.inference.GRPCInferenceServiceGrpc;
import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Many requests at once to a model whose answers are kept: each is answered by value, and everything is given back. */
@Timeout(120)
class CachedLoadTest {
    private static final int COLUMNS = 512;
    private static final int REQUESTS = 3_000;
    private static final int DIFFERENT = 40;

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    @Test
    void everyAnswerIsTheModelsAndOfTheVersionThatWasAsked() throws Exception {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.mlp(COLUMNS, 8, 2))
                .version(2, OnnxModels.mlp(COLUMNS, 16, 2))
                .config("max_batch_size: 1 response_cache { enable: true } version_policy { all {} }");
        try (TestServer server =
                TestServer.builder(directory).cacheBytes(20_000).start()) {
            Map<String, ModelInferResponse> expected = new TreeMap<>();
            for (int number = 0; number < DIFFERENT; number++) {
                for (int version = 1; version <= 2; version++) {
                    ModelInferRequest request = request(number, version);
                    expected.put(number + "/" + version, server.stub().modelInfer(with(request, "bypass")));
                }
            }
            Map<String, Integer> origins = send(server, expected);

            assertThat(origins.keySet()).contains("l1", "miss", "coalesced", "bypass", "CANCELLED");
            assertThat(origins.values().stream().mapToInt(each -> each).sum()).isEqualTo(REQUESTS);
        }
    }

    private static ModelInferRequest request(int number, int version) {
        float[] values = new float[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            values[i] = (float) Math.sin(number * 31 + i);
        }
        return Requests.request("m", List.of(Tensors.floats("x", Shape.of(1, COLUMNS), values))).toBuilder()
                .setModelVersion(Integer.toString(version))
                .build();
    }

    private static ModelInferRequest with(ModelInferRequest request, String control) {
        return request.toBuilder()
                .putParameters(
                        "tern_cache",
                        InferParameter.newBuilder().setStringParam(control).build())
                .build();
    }

    private record Sent(String name, ListenableFuture<ModelInferResponse> answer) {}

    /** How often each origin, or failure, came. */
    private static Map<String, Integer> send(TestServer server, Map<String, ModelInferResponse> expected)
            throws InterruptedException {
        Random random = new Random(7);
        GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub stub =
                GRPCInferenceServiceGrpc.newFutureStub(server.channel());
        Map<String, Integer> origins = new TreeMap<>();
        List<Sent> window = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            int number = (int) (DIFFERENT * Math.pow(random.nextDouble(), 3));
            int version = 1 + random.nextInt(2);
            ModelInferRequest request = request(number, version);
            boolean bypasses = random.nextInt(20) == 0;
            Sent sent = new Sent(
                    number + "/" + version,
                    stub.withDeadlineAfter(60, TimeUnit.SECONDS)
                            .modelInfer(bypasses ? with(request, "bypass") : request));
            window.add(sent);
            if (random.nextInt(30) == 0) {
                sent.answer().cancel(true);
            }
            if (window.size() == 60) {
                check(window, expected, origins);
            }
        }
        check(window, expected, origins);
        return origins;
    }

    private static void check(List<Sent> window, Map<String, ModelInferResponse> expected, Map<String, Integer> origins)
            throws InterruptedException {
        for (Sent each : window) {
            origins.merge(origin(each, Objects.requireNonNull(expected.get(each.name()))), 1, Integer::sum);
        }
        window.clear();
    }

    private static String origin(Sent sent, ModelInferResponse expected) throws InterruptedException {
        if (sent.answer().isCancelled()) {
            return "CANCELLED";
        }
        try {
            ModelInferResponse response = sent.answer().get();
            assertThat(response.toBuilder().clearParameters().build())
                    .as(sent.name())
                    .isEqualTo(expected.toBuilder().clearParameters().build());
            return response.getParametersOrThrow("tern_cache").getStringParam();
        } catch (ExecutionException e) {
            throw new AssertionError(sent.name() + ": " + Status.fromThrowable(e), e);
        }
    }
}
