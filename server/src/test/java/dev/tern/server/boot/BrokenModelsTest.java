package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
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
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of broken model comes to one running server, first loads in a child process and all, while another model is
 * asked without a pause and every answer is held to its value. The traffic begins before the first of them and ends after
 * the last.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.MethodName.class)
class BrokenModelsTest {
    private static final int CLIENTS = 2;
    private static final int ANSWERS_AFTER = 50;
    private static final String GOOD_CONFIG = "max_batch_size: 8";
    private static final ControlSettings EXPLICIT =
            new ControlSettings(ControlMode.EXPLICIT, List.of("good"), Duration.ofSeconds(15), 0, OptionalLong.empty());

    @TempDir
    static Path directory;

    private static final ExecutorService CLIENT_THREADS = Executors.newFixedThreadPool(CLIENTS + 1);
    private static final AtomicBoolean OVER = new AtomicBoolean();
    private static final Semaphore ANSWERS = new Semaphore(0);

    private static TestServer server;
    private static List<Future<Integer>> asking = List.of();

    @BeforeAll
    static void serve() {
        ModelDirectory.of(repository(), "good").version(1, OnnxModels.times(3)).config(GOOD_CONFIG);
        server = TestServer.builder(repository())
                .control(EXPLICIT)
                .trialLoad(directory.resolve("state"))
                .start();
        asking = Stream.generate(() -> CLIENT_THREADS.submit(BrokenModelsTest::ask))
                .limit(CLIENTS)
                .toList();
    }

    @AfterAll
    static void everyAnswerWasRight() throws Exception {
        OVER.set(true);
        try {
            for (Future<Integer> each : asking) {
                assertThat(each.get()).isPositive();
            }
        } finally {
            CLIENT_THREADS.shutdownNow();
            server.close();
        }
    }

    private static Path repository() {
        return directory.resolve("repository");
    }

    /** Asks until it is over, or an answer is wrong or none; returns how often. */
    private static int ask() {
        int count = 0;
        while (!OVER.get()) {
            int factor = count % 5 + 1;
            ModelInferRequest request =
                    Requests.request("good", List.of(Tensors.floats("x", Shape.of(1, 4), factor, 0, -factor, 2)));
            assertThat(Tensors.floats(
                            Requests.tensors(server.stub().modelInfer(request)).get(0)))
                    .containsExactly(3 * factor, 0, -3 * factor, 6);
            ANSWERS.release();
            count++;
        }
        return count;
    }

    @AfterEach
    void nobodyElseHasNoticed() throws Exception {
        ANSWERS.drainPermits();
        assertThat(ANSWERS.tryAcquire(ANSWERS_AFTER, 20, TimeUnit.SECONDS))
                .as("clients that go on")
                .isTrue();
        assertThat(asking).noneMatch(Future::isDone);
        assertThat(server.stub()
                        .serverLive(ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(server.stub()
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isTrue();
    }

    static Stream<Arguments> broken() {
        byte[] good = OnnxModels.times(2);
        return Stream.of(
                Arguments.of(
                        "truncated",
                        "1/model.onnx",
                        Arrays.copyOf(good, good.length / 2),
                        "'model.onnx' is not an ONNX model, or only part of one"),
                Arguments.of("empty", "1/model.onnx", new byte[0], "'model.onnx' is empty (0 bytes)"),
                Arguments.of("text", "1/model.onnx", text("no model"), "'model.onnx' is not an ONNX model"),
                Arguments.of("nothing", "1/readme", text("no model"), "unable to find '1/model.onnx'"),
                Arguments.of(
                        "unknown-op",
                        "1/model.onnx",
                        OddModels.unknownDomain(),
                        "com.example.recsys:HashAndCross(-1) is not a registered function/op"),
                Arguments.of("opset", "1/model.onnx", OddModels.opset99(), "ONNX Runtime only *guarantees* support"),
                Arguments.of(
                        "external",
                        "1/model.onnx",
                        OddModels.externalData("weights.bin"),
                        "tensor 'w' has its data in 'weights.bin', and the model's directory has no such file"),
                Arguments.of(
                        "outside",
                        "1/model.onnx",
                        OddModels.externalData("../../good/1/model.onnx"),
                        "tensor 'w' has its data in '../../good/1/model.onnx', outside the model's directory"),
                Arguments.of(
                        "claims-2-gb",
                        "1/model.onnx",
                        OddModels.claimsTwoGigabytes(),
                        "Initializer 'w': data field count (1) does not match expected count from shape (536870912)"),
                Arguments.of(
                        "crashing",
                        "1/model.onnx",
                        OddModels.crashing(),
                        "crashes ONNX Runtime while being loaded (SIGSEGV); not loaded into the server"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenFileIsRefusedWithItsReason(String model, String file, byte[] content, String reason) {
        ModelDirectory.of(repository(), model).file(file, content);
        assertThat(refusal(model)).contains(reason).doesNotContain(directory.toString());
    }

    static Stream<Arguments> misconfigured() {
        return Stream.of(
                Arguments.of("negative", "max_batch_size: -1", "max_batch_size: -1 is not allowed"),
                Arguments.of("misspelt", "max_batch_sise: 8", "did you mean 'max_batch_size'?"),
                Arguments.of("no-text-format", "max_batch_size 8 }", "config.pbtxt: line 1: Expected \":\"."),
                Arguments.of(
                        "other-input",
                        "max_batch_size: 8 input { name: 'z' data_type: TYPE_FP32 dims: 4 }"
                                + " output { name: 'y' data_type: TYPE_FP32 dims: 4 }",
                        "input[0].name: unexpected inference input 'z', allowed inputs are: x"),
                Arguments.of(
                        "other-dims",
                        "max_batch_size: 8 input { name: 'x' data_type: TYPE_FP32 dims: 5 }"
                                + " output { name: 'y' data_type: TYPE_FP32 dims: 4 }",
                        "'x'"),
                Arguments.of(
                        "no-library",
                        "model_operations { op_library_filename: 'libnone.so' }",
                        "'libnone.so' is no file in the version's directory, nor in the model's"));
    }

    @ParameterizedTest
    @MethodSource("misconfigured")
    void aWrongConfigurationIsRefusedWithItsReason(String model, String config, String reason) {
        ModelDirectory.of(repository(), model).version(1, OnnxModels.times(2)).config(config);
        assertThat(refusal(model)).contains(reason).doesNotContain(directory.toString());
    }

    @Test
    void weightsThatAreNoNumbersAreItsOwnCallersMatter() {
        ModelDirectory.of(repository(), "nan").version(1, OnnxModels.times(Float.NaN));
        load("nan");
        assertThat(Tensors.floats(Requests.infer(server, "nan", Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4))
                        .get(0)))
                .containsOnly(Float.NaN);
    }

    @Test
    void aDirectoryThatIsSwappedDuringItsLoadIsNotTakenForWhatItWas() throws Exception {
        ModelDirectory.of(repository(), "swapped").version(1, OnnxModels.times(5));
        ModelDirectory.of(repository(), ".other").version(1, OnnxModels.times(7));
        Future<String> refused = CLIENT_THREADS.submit(() -> refusal("swapped"));
        // The child is a process that has only just begun: it takes far longer than two renames.
        Await.until("the load's trial", BrokenModelsTest::isTried);
        Files.move(repository().resolve("swapped"), repository().resolve(".before"));
        Files.move(repository().resolve(".other"), repository().resolve("swapped"));

        assertThat(refused.get()).contains("'model.onnx' changed while the model was loaded");
        load("swapped");
        assertThat(Tensors.floats(Requests.infer(server, "swapped", Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4))
                        .get(0)))
                .containsExactly(7, 14, 21, 28);
    }

    private static boolean isTried() {
        return ProcessHandle.current()
                .children()
                .anyMatch(child -> child.info().commandLine().orElse("").contains("tern-trial-"));
    }

    @Test
    void aModelThatIsNotEvenADirectoryIsNotFound() throws IOException {
        Files.writeString(repository().resolve("file"), "no directory");
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> load("file"));
        assertThat(refused.getStatus().getDescription())
                .isEqualTo("failed to load 'file', failed to poll from model repository");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void load(String model) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(model)
                        .build());
    }

    private static String refusal(String model) {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> load(model));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        String description = String.valueOf(refused.getStatus().getDescription());
        assertThat(description).startsWith("load failed for model '" + model + "': ");
        return description;
    }
}
