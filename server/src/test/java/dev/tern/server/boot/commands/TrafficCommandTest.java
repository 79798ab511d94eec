package dev.tern.server.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.inference.ModelInferRequest;
import dev.tern.server.boot.Requests;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.Await;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tern traffic} as it is called, in this process, against a real server. */
@Timeout(120)
class TrafficCommandTest {
    private static final ModelInferRequest REQUEST =
            Requests.request("m", List.of(Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4)));

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void trafficIsShownSetAndReset() {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.times(2))
                .version(2, OnnxModels.times(3))
                .config("version_policy { all {} } parameters { key: 'tern.traffic.split' value { string_value:"
                        + " '1:3,7:1' } }");
        try (TestServer server = TestServer.serving(directory)) {
            String target = "--target=127.0.0.1:" + server.adminPort();
            assertThat(run("show", "m", target))
                    .containsExactly(
                            "exit 0",
                            "m, as the configuration has it:",
                            "VERSION  WEIGHT  SHARE  SERVED",
                            "1        3       75 %   1",
                            "7        1       25 %   no",
                            "not sticky",
                            "no copies");
            assertThat(run("sticky", "m", "--parameter=user", "--metadata=x-user", target))
                    .contains("m, set while the server runs:", "sticky by parameter user, else metadata x-user");
            assertThat(run("split", "m", "off", target))
                    .containsExactly(
                            "exit 0",
                            "m, set while the server runs:",
                            "no split: the newest version answers what names none",
                            "sticky by parameter user, else metadata x-user",
                            "no copies");
            assertThat(run("shadow", "m", "1:100", target)).contains("copies of 100 % to 1");
            assertThat(server.stub().modelInfer(REQUEST).getModelVersion()).isEqualTo("2");
            Await.until(
                    "it is compared",
                    () -> run("show", "m", target)
                            .contains("version 1: 1 compared, 0 incomparable, 0 not answered, 0 dropped, 0 not copied"
                                    + " as it was not served"));
            assertThat(run("show", "m", target))
                    .contains(
                            "OUTPUT   MEAN DIFFERENCE  LARGEST  RANK CORRELATION  LOWEST",
                            "(worst)  2.500            4        1                 1",
                            "y        2.500            4        1                 1");
            assertThat(run("split", "m", "1:90,2:10", target)).contains("1        90      90 %   1");
            assertThat(run("shadow", "m", "off", target)).contains("no copies");
            assertThat(run("reset", "m", target))
                    .contains("m, as the configuration has it:", "7        1       25 %   no", "not sticky");
            assertThat(run("split", "m", "9:1", target))
                    .containsExactly(
                            "exit 1",
                            "tern traffic split: 127.0.0.1:" + server.adminPort()
                                    + ": NOT_FOUND: Request for unknown model: 'm' version 9 is not found");
        }
    }

    @Test
    void whatIsNoSplitIsAUsageError() {
        assertThat(run("split", "m", "1:-1")).startsWith("exit 2").anyMatch(line -> line.contains("share '1:-1.0'"));
        assertThat(run("shadow", "m", "3:101")).startsWith("exit 2").anyMatch(line -> line.contains("'3:101.0'"));
        assertThat(run("shadow", "m")).startsWith("exit 2").anyMatch(line -> line.contains("SHADOW"));
    }

    /** The exit status and what was written. */
    private List<String> run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int status = TernCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("traffic"), Stream.of(arguments))
                        .toArray(String[]::new));
        return Stream.concat(Stream.of("exit " + status), (out.toString() + err).lines())
                .toList();
    }
}
