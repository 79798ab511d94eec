package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.inference.InferParameter;
import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.RepositoryIndexRequest;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.RepositoryModelUnloadRequest;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.server.engine.onnx.OpenNatives;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real models that change under real requests. */
@Timeout(120)
class ModelReloadTest {
    private static final int RELOADS = 12;
    private static final int CLIENTS = 3;
    private static final int ANSWERS_BETWEEN = 50;
    private static final int CYCLES = 60;
    private static final ControlSettings EXPLICIT =
            new ControlSettings(ControlMode.EXPLICIT, List.of("*"), Duration.ofSeconds(15), 0, OptionalLong.empty());

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final AtomicBoolean over = new AtomicBoolean();
    private final Semaphore answers = new Semaphore(0);
    private final AtomicInteger fromMemory = new AtomicInteger();
    /** The model that is being loaded, or was last; each multiplies by its own number. */
    private final AtomicInteger loading = new AtomicInteger(1);
    /** The model that was loaded last. */
    private final AtomicInteger loaded = new AtomicInteger(1);

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void everyAnswerIsThatOfTheModelServedAndNoneFails(boolean cached, boolean newVersions) throws Exception {
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(1))
                .config(cached ? "max_batch_size: 8 response_cache { enable: true }" : "max_batch_size: 8");
        try (TestServer server = TestServer.builder(directory).control(EXPLICIT).start()) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                counts.add(clients.submit(() -> ask(server, newVersions)));
            }
            for (int number = 2; number <= RELOADS; number++) {
                awaitAnswers();
                loading.set(number);
                model.version(newVersions ? number : 1, OnnxModels.times(number));
                load(server);
                loaded.set(number);
            }
            awaitAnswers();
            over.set(true);
            for (Future<Integer> each : counts) {
                assertThat(each.get()).isPositive();
            }
            assertThat(fromMemory.get() > 0).as("answers from memory").isEqualTo(cached);
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
    }

    /** Asks until it is over; returns how often. */
    private int ask(TestServer server, boolean newVersions) {
        int count = 0;
        while (!over.get()) {
            int factor = count % 5 + 1;
            int from = loaded.get();
            ModelInferResponse response = server.stub().modelInfer(request("m", factor));
            int to = loading.get();
            int model = Math.round(answer(response)[0] / factor);
            assertThat(answer(response)).containsExactly(times(model * factor));
            assertThat(model).as("the model that answered").isBetween(from, to);
            assertThat(response.getModelVersion()).isEqualTo(Integer.toString(newVersions ? model : 1));
            boolean kept = response.getParametersOrDefault("tern_cache", InferParameter.getDefaultInstance())
                    .getStringParam()
                    .equals("l1");
            fromMemory.addAndGet(kept ? 1 : 0);
            answers.release();
            count++;
        }
        return count;
    }

    private void awaitAnswers() throws InterruptedException {
        answers.drainPermits();
        assertThat(answers.tryAcquire(ANSWERS_BETWEEN, 60, TimeUnit.SECONDS))
                .as("clients that go on")
                .isTrue();
    }

    static Stream<Arguments> broken() {
        byte[] good = OnnxModels.times(2);
        return Stream.of(
                Arguments.of("1/model.onnx", Arrays.copyOf(good, good.length / 2), "'model.onnx'"),
                Arguments.of("1/model.onnx", new byte[0], "'model.onnx' is empty (0 bytes)"),
                Arguments.of("1/model.onnx", text("no model"), "'model.onnx' is not an ONNX model"),
                Arguments.of("1/model.onnx", OddModels.unknownDomain(), "is not a registered function/op"),
                Arguments.of("1/model.onnx", OddModels.opset99(), "ONNX Runtime only *guarantees* support"),
                Arguments.of(
                        "1/model.onnx",
                        OddModels.externalData("weights.bin"),
                        "tensor 'w' has its data in 'weights.bin', and the model's directory has no such file"),
                Arguments.of("1/model.onnx", OddModels.claimsTwoGigabytes(), "version 1"),
                Arguments.of("config.pbtxt", text("max_batch_size: -1"), "max_batch_size: -1 is not allowed"),
                Arguments.of("config.pbtxt", text("max_batch_sise: 8"), "did you mean 'max_batch_size'?"),
                Arguments.of(
                        "config.pbtxt",
                        text("max_batch_size: 8 input { name: 'z' data_type: TYPE_FP32 dims: 4 }"
                                + " output { name: 'y' data_type: TYPE_FP32 dims: 4 }"),
                        "'z'"));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsBrokenLeavesTheOldOneServing(String file, byte[] content, String reason) throws IOException {
        ModelDirectory.of(directory, "good").version(1, OnnxModels.times(3));
        ModelDirectory model = ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(1))
                .config("max_batch_size: 8");
        try (TestServer server = TestServer.builder(directory).control(EXPLICIT).start()) {
            model.file(file, content);
            StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> load(server));

            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.getStatus().getDescription())
                    .startsWith("load failed for model 'm': ")
                    .contains(reason)
                    .doesNotContain(directory.toString());
            assertThat(answer(server, "m")).containsExactly(times(1));
            assertThat(answer(server, "good")).containsExactly(times(3));
            assertThat(server.stub()
                            .serverReady(ServerReadyRequest.getDefaultInstance())
                            .getReady())
                    .isTrue();
            assertThat(server.stub()
                            .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                            .getModelsList())
                    .filteredOn(each -> each.getName().equals("m"))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.getState()).isEqualTo("READY");
                        assertThat(each.getReason())
                                .startsWith("what was loaded before is served on: ")
                                .contains(reason);
                    });
            model.version(1, OnnxModels.times(4)).config("max_batch_size: 16");
            load(server);
            assertThat(answer(server, "m")).containsExactly(times(4));
        }
    }

    @Test
    void weightsThatAreNoNumbersHarmNobodyElse() {
        ModelDirectory.of(directory, "good").version(1, OnnxModels.times(3));
        ModelDirectory model = ModelDirectory.of(directory, "m").version(1, OnnxModels.times(1));
        try (TestServer server = TestServer.builder(directory).control(EXPLICIT).start()) {
            model.version(1, OnnxModels.times(Float.NaN));
            load(server);

            assertThat(answer(server, "m")).containsOnly(Float.NaN);
            assertThat(answer(server, "good")).containsExactly(times(3));
        }
    }

    @Test
    void nothingIsLeftOfModelsThatCameAndWent() throws Exception {
        ModelDirectory.of(directory, "good").version(1, OnnxModels.times(3)).config("max_batch_size: 8");
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(1))
                .config("max_batch_size: 8 response_cache { enable: true }");
        try (TestServer server = TestServer.builder(directory).control(EXPLICIT).start()) {
            Future<Integer> others = clients.submit(() -> askGood(server));
            cycle(server);
            Map<String, Long> before = counts();
            for (int i = 0; i < CYCLES; i++) {
                cycle(server);
            }
            Map<String, Long> after = counts();
            over.set(true);

            assertThat(others.get()).isPositive();
            // What is left behind is left each time; closing the last one may not be over.
            after.forEach(
                    (what, count) -> assertThat(count).as(what).isLessThan(before.getOrDefault(what, 0L) + CYCLES / 3));
            assertThat(answer(server, "m")).containsExactly(times(1));
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
    }

    private int askGood(TestServer server) {
        int count = 0;
        while (!over.get()) {
            assertThat(answer(server, "good")).containsExactly(times(3));
            count++;
        }
        return count;
    }

    private static void cycle(TestServer server) {
        unload(server);
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> answer(server, "m"));
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("Request for unknown model: 'm' has no available versions");
        load(server);
        assertThat(answer(server, "m")).containsExactly(times(1));
    }

    /** What there is of each thing that a model holds; a few of them may be about to go. */
    private static Map<String, Long> counts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return Map.of(
                    "sessions and tensors",
                    OpenNatives.live(),
                    "threads",
                    (long) Thread.getAllStackTraces().size(),
                    "files",
                    files.count());
        }
    }

    private static ModelInferRequest request(String model, int factor) {
        return Requests.request(model, List.of(Tensors.floats("x", Shape.of(1, 4), times(factor))));
    }

    private static float[] answer(TestServer server, String model) {
        return answer(server.stub().modelInfer(request(model, 1)));
    }

    private static float[] answer(ModelInferResponse response) {
        return Tensors.floats(Requests.tensors(response).get(0));
    }

    private static float[] times(int factor) {
        return new float[] {factor, 2 * factor, 3 * factor, 4 * factor};
    }

    private static void load(TestServer server) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("m")
                        .build());
    }

    private static void unload(TestServer server) {
        var unused = server.stub()
                .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName("m")
                        .build());
    }
}
