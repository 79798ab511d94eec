package dev.tern.server.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.boot.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Python client made from our proto files gets, for each datatype, what ONNX Runtime gives in process. */
@Tag("outside")
class PythonClientTest {
    private static final int PATIENCE_SECONDS = 120;
    private static final Path PROTOS = Path.of("../proto/src/main/protobuf");
    private static final Path SCRIPT = Path.of("src/test/python/datatypes.py");

    /** Which Python; python3 of the PATH if not said. */
    private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

    @TempDir
    private Path directory;

    @Test
    void getsTheNumbersOfOnnxRuntimeForEveryDatatype() throws Exception {
        Required.or("python", hasPython(), PYTHON + " cannot import grpc, grpc_tools, google.protobuf and numpy");
        Path repository = Files.createDirectory(directory.resolve("models"));
        Path cases = Files.createDirectory(directory.resolve("cases"));
        int requests = new DatatypeCases(repository, cases).write();
        try (TestServer server = TestServer.serving(repository)) {
            Outcome outcome = python(
                    SCRIPT.toString(),
                    PROTOS.toString(),
                    Files.createDirectory(directory.resolve("generated")).toString(),
                    "127.0.0.1:" + server.grpcPort(),
                    cases.toString());
            assertThat(outcome.exitCode()).as(outcome.output()).isZero();
            assertThat(outcome.output())
                    .contains(requests + " requests with raw contents, each answered rightly")
                    .contains(requests + " requests on a stream, each answered rightly");
        }
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
        Process process = new ProcessBuilder(Stream.concat(Stream.of(PYTHON), List.of(arguments).stream())
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
