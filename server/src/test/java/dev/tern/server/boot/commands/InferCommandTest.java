package dev.tern.server.boot.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.boot.Main;
import dev.tern.server.boot.TestServer;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxGraph;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tern infer} where it cannot: one line that says why, and an exit status. Its success: {@link DemoTest}. */
class InferCommandTest {
    private static final String HINT = " (is tern serve --demo running there?)";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aServerThatIsNotThere() throws Exception {
        // Bound and not listening: nobody else can come to listen there.
        try (Socket reserved = new Socket()) {
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String target = "127.0.0.1:" + reserved.getLocalPort();
            assertThat(process("--target", target))
                    .containsExactly("tern infer: " + target + ": connection refused" + HINT, "exit status 1");
        }
    }

    @Test
    void aHostThatIsNotThere() throws Exception {
        // Longer than a name may be: no name server is asked.
        String host = "x".repeat(64) + ".invalid";
        assertThat(process("--target=" + host + ":8001"))
                .containsExactly(
                        "tern infer: " + host + ":8001: UNAVAILABLE: Unable to resolve host " + host + HINT,
                        "exit status 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "localhost:",
                ":8001",
                "localhost:port",
                "localhost:0",
                "localhost:65536",
                "localhost:99999999999",
                "localhost:8001/x",
                "me@localhost:8001",
                "http://localhost:8001",
                "::1:8001",
                "[::1]",
                "local host:8001",
                "localhost:8001\n",
            })
    void aTargetThatIsNone(String target) {
        assertThat(run("--target", target)).isEqualTo(2);
        assertThat(err)
                .hasToString("tern infer: --target: " + target + " (expected: HOST:PORT)" + System.lineSeparator());
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--candidates, 0, 1 to 256",
        "--candidates, 257, 1 to 256",
        "--repeat, 0, >= 1",
    })
    void aNumberOutOfRange(String option, String value, String expected) {
        assertThat(run(option, value)).isEqualTo(2);
        assertThat(err)
                .hasToString("tern infer: " + option + ": " + value + " (expected: " + expected + ")"
                        + System.lineSeparator());
    }

    @Test
    void anotherModelOfThatName(@TempDir Path repository) {
        ModelDirectory.of(repository, "ranker")
                .version(
                        1,
                        OnnxGraph.named("ranker")
                                .input("dense", TensorProto.DataType.FLOAT, "batch", 13)
                                .input("categorical", TensorProto.DataType.INT64, "batch", 26)
                                .output("rank", TensorProto.DataType.FLOAT, "batch", 13)
                                .node("Neg", "dense", "rank")
                                .bytes());
        try (TestServer server = TestServer.serving(repository)) {
            String target = "127.0.0.1:" + server.grpcPort();
            assertThat(run("--target", target)).isEqualTo(1);
            assertThat(err)
                    .hasToString("tern infer: " + target + ": no output 'probability' in the answer of model 'ranker'"
                            + " (expected: one of [rank])" + System.lineSeparator());
        }
    }

    private int run(String... options) {
        return TernCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("infer"), Stream.of(options)).toArray(String[]::new));
    }

    /** All that the command writes as a process of its own, whoever in it does so, and how it ends. */
    private static List<String> process(String... options) throws Exception {
        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        System.getProperty("java.home") + "/bin/java",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Main.class.getName(),
                                        "infer"),
                                Stream.of(options))
                        .toList())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        return Stream.concat(lines.stream(), Stream.of("exit status " + process.waitFor()))
                .toList();
    }
}
