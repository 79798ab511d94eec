package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.boot.TestServer;
import dev.tern.server.rpc.CompressionLevel;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.SequenceModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Python client made from our proto files: the numbers of ONNX Runtime for each datatype, and the protocol's extensions. */
@Tag("outside")
class PythonClientTest {
    private static final int PATIENCE_SECONDS = 120;
    private static final Path PROTOS = Path.of("../proto/src/main/protobuf");
    private static final Path SCRIPTS = Path.of("src/test/python");

    /** Which Python; python3 of the PATH if not said. */
    private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

    @TempDir
    private Path directory;

    @Test
    void getsTheNumbersOfOnnxRuntimeForEveryDatatype() throws Exception {
        requirePython();
        Path repository = Files.createDirectory(directory.resolve("models"));
        Path cases = Files.createDirectory(directory.resolve("cases"));
        int requests = new DatatypeCases(repository, cases).write();
        try (TestServer server = TestServer.serving(repository)) {
            Outcome outcome = python(server, "datatypes.py", cases.toString());
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output())
                    .contains(requests + " requests with raw contents, each answered rightly")
                    .contains(requests + " requests on a stream, each answered rightly");
        }
    }

    @Test
    void asksForWhatTheExtensionsHave() throws Exception {
        requirePython();
        Path repository = Files.createDirectory(directory.resolve("models"));
        ModelDirectory.of(repository, "rows")
                .version(1, OnnxModels.identity(DataType.FP32, "batch", "n"))
                .file("labels.txt", "cat\n\ndog\n".getBytes(StandardCharsets.UTF_8))
                .config("max_batch_size: 4 response_cache { enable: true } output { name: 'y' data_type: TYPE_FP32"
                        + " dims: -1 label_filename: 'labels.txt' }");
        Path traces = directory.resolve("traces.json");
        try (TestServer server = TestServer.builder(repository)
                .traceFile(traces)
                .maxMessageBytes(1 << 20)
                .answerCompression(CompressionLevel.HIGH)
                .forwardedHeaders("^(tern_cache|timeout)$")
                .sharedMemory(Path.of("/dev/shm"))
                .start()) {
            Outcome outcome = python(server, "extensions.py", traces.toString());
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output())
                    .contains("classes, headers, compression, shared memory, log and traces are as they should be");
        }
    }

    @Test
    void asksAnEnsembleAndItsModelsByHand() throws Exception {
        requirePython();
        Path repository = Files.createDirectory(directory.resolve("models"));
        try (TestServer server = TestServer.builder(repository)
                .demo()
                .trialLoad(directory.resolve("state"))
                .start()) {
            Outcome outcome = python(server, "ensembles.py");
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output()).contains("the ensemble answers what its steps' models do by hand");
        }
    }

    @Test
    void sendsSequences() throws Exception {
        requirePython();
        Path repository = Files.createDirectory(directory.resolve("models"));
        ModelDirectory.of(repository, "counter")
                .version(1, SequenceModels.counter(DataType.BYTES))
                .config("max_batch_size: 8 sequence_batching { max_sequence_idle_microseconds: 60000000"
                        + " oldest { max_candidate_sequences: 100 } " + SequenceModels.FLAGS
                        + SequenceModels.id("TYPE_STRING") + SequenceModels.STATE + "}");
        try (TestServer server = TestServer.serving(repository)) {
            Outcome outcome = python(server, "sequences.py");
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output()).contains("sequences are answered as each alone would be");
        }
    }

    private void requirePython() throws InterruptedException {
        Required.or("python", hasPython(), PYTHON + " cannot import grpc, grpc_tools, google.protobuf and numpy");
    }

    /** Runs one of the scripts against {@code server}. */
    private Outcome python(TestServer server, String script, String... more) throws IOException, InterruptedException {
        Stream<String> common = Stream.of(
                SCRIPTS.resolve(script).toString(),
                PROTOS.toString(),
                Files.createDirectory(directory.resolve("generated")).toString(),
                "127.0.0.1:" + server.grpcPort());
        return python(Stream.concat(common, Stream.of(more)).toArray(String[]::new));
    }

    private boolean hasPython() throws InterruptedException {
        try {
            return python("-c", "import grpc, grpc_tools, google.protobuf, numpy")
                            .exitCode()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Outcome python(String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "python", ".log");
        // Without -B the scripts' compiled modules would stay beside them.
        Process process = new ProcessBuilder(Stream.concat(Stream.of(PYTHON, "-B"), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "Python is not done after " + PATIENCE_SECONDS + " s: " + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    private record Outcome(int exitCode, String output) {}
}
