package dev.tern.server.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.boot.TestServer;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tern label} as it is called, in this process, against a real server. */
@Timeout(120)
class LabelCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void labelsAreSetListedAndRemoved() {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.mlp(4, 2))
                .version(2, OnnxModels.mlp(4, 2))
                .config("version_policy { all {} } parameters { key: 'tern.version.labels' value { string_value:"
                        + " 'stable:1,next:3' } }");
        ModelDirectory.of(directory, "other").version(5, OnnxModels.mlp(4, 2));
        try (TestServer server = TestServer.serving(directory)) {
            String target = "--target=127.0.0.1:" + server.adminPort();
            assertThat(run("set", "m", "canary", "2", target)).containsExactly("exit 0", "m: canary is version 2");
            assertThat(run(target, "set", "other", "stable", "5"))
                    .containsExactly("exit 0", "other: stable is version 5");
            assertThat(run("set", "m", "stable", "canary", target))
                    .containsExactly("exit 0", "m: stable is version 2, was 1");
            assertThat(run("list", target))
                    .containsExactly(
                            "exit 0",
                            "MODEL  LABEL   VERSION  STATE",
                            "m      canary  2        READY",
                            "m      next    3        not served",
                            "m      stable  2        READY",
                            "other  stable  5        READY");
            assertThat(run("remove", "m", "canary", target))
                    .containsExactly("exit 0", "m: canary is removed, was version 2");
            assertThat(run("list", "other", target))
                    .containsExactly("exit 0", "MODEL  LABEL   VERSION  STATE", "other  stable  5        READY");
            assertThat(run("set", "m", "stable", "3", target))
                    .containsExactly(
                            "exit 1",
                            "tern label set: 127.0.0.1:" + server.adminPort()
                                    + ": NOT_FOUND: Request for unknown model: 'm' version 3 is not found");
        }
    }

    @Test
    void aServerThatIsNotThere() throws Exception {
        // Bound and not listening: nobody else can come to listen there.
        try (Socket reserved = new Socket()) {
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String target = "127.0.0.1:" + reserved.getLocalPort();
            assertThat(run("list", "--target", target))
                    .containsExactly(
                            "exit 1",
                            "tern label list: " + target + ": connection refused (is a server running with that"
                                    + " --admin-port?)");
        }
    }

    @Test
    void aTargetThatIsNone() {
        assertThat(run("list", "--target=localhost:99999"))
                .containsExactly("exit 2", "tern label list: --target: localhost:99999 (expected: HOST:PORT)");
    }

    @Test
    void aLabelAloneIsAUsageError() {
        assertThat(run()).startsWith("exit 2").anyMatch(line -> line.contains("Missing required subcommand"));
        assertThat(run("set", "m", "canary")).startsWith("exit 2").anyMatch(line -> line.contains("VERSION"));
    }

    /** The exit status and what was written. */
    private List<String> run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int status = TernCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("label"), Stream.of(arguments)).toArray(String[]::new));
        return Stream.concat(Stream.of("exit " + status), (out.toString() + err).lines())
                .toList();
    }
}
