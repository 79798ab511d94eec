package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.proto.inference.ServerReadyRequest;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A model that cannot be served says why everywhere, and takes nobody down. */
class FailedModelTest {
    private static final String REASON =
            "Fatal error: com.example.recsys:HashAndCross(-1) is not a registered function/op";

    @TempDir
    Path directory;

    private Path repository = Path.of("");

    @BeforeEach
    void makeRepository() {
        repository = directory.resolve("repository");
        ModelDirectory.of(repository, "good").version(1, OnnxModels.mlp(4, 8, 1));
    }

    @Test
    void theReasonIsInTheLogInModelReadyAndInReadiness() throws Exception {
        ModelDirectory.of(repository, "bad").version(1, OddModels.unknownDomain());
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger("dev.tern");
        root.addAppender(log);
        try (TestServer server = TestServer.serving(repository)) {
            assertThat(log.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.contains("'bad'") && line.contains(REASON));
            assertThatThrownBy(() -> server.stub()
                            .modelReady(ModelReadyRequest.newBuilder()
                                    .setName("bad")
                                    .build()))
                    .hasMessageContaining("'bad' has no available versions: " + REASON);
            HttpResponse<String> readiness = get(server, "/readyz");
            assertThat(readiness.statusCode()).isEqualTo(503);
            assertThat(readiness.body().lines()).containsExactly("not ready", "model 'bad' version 1: " + REASON);
            assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
            assertAnswers(server, "good");
        } finally {
            root.detachAppender(log);
        }
    }

    @Test
    void readinessMayOverlookIt() throws Exception {
        ModelDirectory.of(repository, "bad").version(1, OddModels.unknownDomain());
        try (TestServer server =
                TestServer.builder(repository).strictReadiness(false).start()) {
            assertThat(server.stub()
                            .serverReady(ServerReadyRequest.getDefaultInstance())
                            .getReady())
                    .isTrue();
            HttpResponse<String> readiness = get(server, "/readyz");
            assertThat(readiness.statusCode()).isEqualTo(200);
            assertThat(readiness.body().lines()).containsExactly("ready", "model 'bad' version 1: " + REASON);
        }
    }

    @Test
    void aWarmUpThatFailsFailsTheLoad() {
        ModelDirectory.of(repository, "cold")
                .version(1, OnnxModels.gatherBadId())
                .config("model_warmup { name: 'out of range' batch_size: 1 inputs { key: 'id' value {"
                        + " data_type: TYPE_INT64 dims: 1 random_data: true } } }");
        try (TestServer server = TestServer.serving(repository)) {
            assertThat(reason(server, "cold"))
                    .startsWith("warm-up sample 'out of range' fails: onnx runtime error ")
                    .contains("indices element out of data bounds");
            assertAnswers(server, "good");
        }
    }

    @Test
    void aModelThatCrashesTheRuntimeIsRefusedAndTheServerLives() {
        ModelDirectory.of(repository, "crashing").version(1, OddModels.crashing());
        try (TestServer server = TestServer.builder(repository)
                .trialLoad(directory.resolve("state"))
                .start()) {
            assertThat(reason(server, "crashing"))
                    .isEqualTo("crashes ONNX Runtime while being loaded (SIGSEGV); not loaded into the server");
            assertThat(server.stub()
                            .serverLive(ServerLiveRequest.getDefaultInstance())
                            .getLive())
                    .isTrue();
            assertAnswers(server, "good");
        }
    }

    @Test
    void whatLoadedOnceIsNotTriedAgain() throws IOException {
        Path state = directory.resolve("state");
        TestServer.builder(repository).trialLoad(state).start().close();
        Map<String, String> first = trials(state);
        ModelDirectory.of(repository, "another").version(1, OnnxModels.simple());
        TestServer.builder(repository).trialLoad(state).start().close();
        Map<String, String> second = trials(state);

        assertThat(first).hasSize(1);
        // Each trial writes when it was.
        assertThat(second).hasSize(2).containsAllEntriesOf(first);
    }

    private static Map<String, String> trials(Path state) throws IOException {
        Map<String, String> trials = new TreeMap<>();
        try (Stream<Path> files = Files.list(state.resolve("trial-loads"))) {
            for (Path file : files.toList()) {
                trials.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return trials;
    }

    private static String reason(TestServer server, String model) {
        return server.loaded().stream()
                .filter(each -> each.name().equals(model))
                .findFirst()
                .orElseThrow()
                .versions()
                .get(0)
                .reason();
    }

    private static void assertAnswers(TestServer server, String model) {
        Tensor answer = Requests.infer(server, model, Tensors.floats("x", Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8))
                .get(0);
        assertThat(answer.shape()).isEqualTo(Shape.of(2, 1));
    }

    private static HttpResponse<String> get(TestServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.httpPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
