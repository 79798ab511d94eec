package dev.tern.server.boot;

import static dev.tern.server.testing.EnsembleText.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.inference.ModelRepositoryParameter;
import dev.tern.proto.inference.RepositoryIndexRequest;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.proto.inference.RepositoryModelUnloadRequest;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.EnsembleText;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Ensembles while the models of their steps change, over a real socket. */
@Timeout(120)
class EnsembleReloadTest {
    private static final int RELOADS = 6;
    private static final int CLIENTS = 2;
    private static final int ANSWERS_BETWEEN = 30;
    private static final String SIGNATURE = "max_batch_size: 8 input { name: 'x' data_type: TYPE_FP32 dims: [ 4 ] }"
            + " output { name: 'y' data_type: TYPE_FP32 dims: [ 4 ] }";

    @RegisterExtension
    @Order(1)
    final NoLeaks noLeaks = NoLeaks.ofSockets();

    @TempDir
    Path directory;

    private final AtomicBoolean over = new AtomicBoolean();
    private final Semaphore answers = new Semaphore(0);
    /** The factor of the model that is being loaded, and of the one that was loaded last. */
    private final AtomicInteger loading = new AtomicInteger(1);

    private final AtomicInteger loaded = new AtomicInteger(1);

    private ModelDirectory model(String name, float factor) {
        return ModelDirectory.of(directory, name)
                .version(1, OnnxModels.times(factor))
                .config("max_batch_size: 8");
    }

    /** By 'm' twice, so that a request that saw two of its versions could be told. */
    private void twice(String name) {
        ModelDirectory.of(directory, name)
                .file("1/.keep", new byte[0])
                .config(EnsembleText.of(
                        SIGNATURE,
                        step("m", Map.of("x", "x"), Map.of("y", "once")),
                        step("m", Map.of("x", "once"), Map.of("y", "y"))));
    }

    private TestServer start(String... models) {
        return TestServer.builder(directory)
                .control(new ControlSettings(
                        ControlMode.EXPLICIT, List.of(models), Duration.ofSeconds(15), 0, OptionalLong.empty()))
                .start();
    }

    private static float infer(TestServer server, String model) {
        List<Tensor> answer = Requests.infer(server, model, Tensors.floats("x", Shape.of(1, 4), 1, 1, 1, 1));
        return Tensors.floats(answer.get(0))[0];
    }

    @Test
    void noRequestFailsOrSeesTwoVersionsOfAStepThatIsReplaced() throws Exception {
        ModelDirectory model = model("m", 1);
        twice("e");
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (TestServer server = start("*")) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                counts.add(clients.submit(() -> ask(server)));
            }
            for (int factor = 2; factor <= RELOADS; factor++) {
                awaitAnswers();
                loading.set(factor);
                model.version(1, OnnxModels.times(factor));
                load(server, "m");
                loaded.set(factor);
            }
            awaitAnswers();
            over.set(true);
            for (Future<Integer> each : counts) {
                assertThat(each.get()).isPositive();
            }
        } finally {
            over.set(true);
            clients.shutdownNow();
        }
    }

    private int ask(TestServer server) {
        int count = 0;
        while (!over.get()) {
            int from = loaded.get();
            double factor = Math.sqrt(infer(server, "e"));
            assertThat(factor).as("of both steps").isEqualTo(Math.rint(factor)).isBetween((double) from, (double)
                    loading.get());
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

    @Test
    void anEnsembleComesAndGoesWithItsSteps() {
        model("m", 3);
        twice("e");
        try (TestServer server = start()) {
            load(server, "e");
            assertThat(infer(server, "e")).isEqualTo(9);
            unload(server, "m", false);
            assertThat(isReady(server, "e")).isFalse();
            assertThat(server.stub()
                            .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                            .getModelsList())
                    .filteredOn(each -> each.getName().equals("e"))
                    .singleElement()
                    .satisfies(each -> assertThat(each.getReason())
                            .contains("ensemble_scheduling.step[0]: model 'm' has no version that is ready"));
            StatusRuntimeException refused =
                    catchThrowableOfType(StatusRuntimeException.class, () -> infer(server, "e"));
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            load(server, "m");
            Await.until("the ensemble is back", () -> isReady(server, "e"));
            assertThat(infer(server, "e")).isEqualTo(9);
            unload(server, "e", false);
            load(server, "e");
            assertThat(infer(server, "e")).isEqualTo(9);
        }
    }

    @Test
    void unloadDependentsTakesTheStepsAlong() {
        model("m", 3);
        twice("e");
        try (TestServer server = start()) {
            load(server, "e");
            unload(server, "e", true);
            assertThat(isReady(server, "m")).isFalse();
        }
    }

    @Test
    void stepsGoToTheVersionsThatTheirModelsRequestsAreSplitBetween() {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .version(2, OnnxModels.times(5))
                .config("max_batch_size: 8 version_policy { all {} } parameters { key: 'tern.traffic.split' value {"
                        + " string_value: '1:1,2:0' } }");
        twice("drawn");
        ModelDirectory.of(directory, "fixed")
                .file("1/.keep", new byte[0])
                .config(EnsembleText.of(SIGNATURE, step("m", 2, Map.of("x", "x"), Map.of("y", "y"))));
        try (TestServer server = start("*")) {
            assertThat(infer(server, "drawn")).isEqualTo(4);
            assertThat(infer(server, "fixed")).isEqualTo(5);
        }
    }

    private static boolean isReady(TestServer server, String model) {
        return server.models().stream()
                .filter(each -> each.name().equals(model))
                .allMatch(ModelIndex::allReady);
    }

    private static void load(TestServer server, String model) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(model)
                        .build());
    }

    private static void unload(TestServer server, String model, boolean dependents) {
        var unused = server.stub()
                .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName(model)
                        .putParameters(
                                "unload_dependents",
                                ModelRepositoryParameter.newBuilder()
                                        .setBoolParam(dependents)
                                        .build())
                        .build());
    }
}
