package dev.tern.server.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.boot.TestServer;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code tern rollout} as it is called, in this process, against a real server. */
@Timeout(120)
class RolloutCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aRolloutIsStartedShownAndAborted() {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.mlp(4, 2))
                .version(2, OnnxModels.mlp(4, 2))
                .config("version_policy { all {} }");
        try (TestServer server = TestServer.serving(directory)) {
            String target = "--target=127.0.0.1:" + server.adminPort();
            assertThat(run("start", "m", "2", "--steps=10,100", "--min-rank-correlation=0.9", "--min-step=1m", target))
                    .containsExactly(
                            "exit 0",
                            "m: version 2 over version 1: shadowing, 0% of the requests; steps 10, 100; 0.0 s in this"
                                    + " step",
                            "SIGNAL   PAIRS  LOOKS  MEAN    MARGIN  WORSE     HOLDS    VERDICT",
                            "errors   0      0      0.0000  0.01    1 of 100  1 of 20  undecided",
                            "answers  0      0      0.0000  0.04    1 of 100  1 of 20  undecided");
            assertThat(run("status", "m", target))
                    .startsWith("exit 0")
                    .anyMatch(line -> line.startsWith("m: version 2 over version 1: shadowing, 0% of the requests;"));
            assertThat(run("start", "m", "2", target))
                    .containsExactly(
                            "exit 1",
                            "tern rollout start: 127.0.0.1:" + server.adminPort()
                                    + ": FAILED_PRECONDITION: model 'm' has a rollout under way, of version 2; abort it"
                                    + " first");
            assertThat(run("abort", "m", target))
                    .startsWith("exit 0")
                    .anyMatch(line -> line.startsWith("m: version 2 over version 1: aborted, 0% of the requests;"))
                    .contains("as an operator aborted it");
            assertThat(run("status", "other", target))
                    .containsExactly(
                            "exit 1",
                            "tern rollout status: 127.0.0.1:" + server.adminPort()
                                    + ": NOT_FOUND: model 'other' has had no rollout since the server started");
        }
    }

    @Test
    void everyOptionReachesTheServer() {
        ModelDirectory.of(directory, "m")
                .version(1, OnnxModels.mlp(4, 2))
                .version(2, OnnxModels.mlp(4, 2))
                .config("version_policy { all {} }");
        try (TestServer server = TestServer.serving(directory)) {
            String target = "--target=127.0.0.1:" + server.adminPort();
            for (String[] option : new String[][] {
                {"--steps=5,1", "steps: [5.0, 1.0]"},
                {"--max-step=20s", "max step: PT20S"},
                {"--false-alarm-rate=2", "false alarm rate: 2.0"},
                {"--miss-rate=3", "miss rate: 3.0"},
                {"--error-margin=4", "error margin: 4.0"},
                {"--slower-margin=5", "slower margin: 5.0"},
                {"--latency-tolerance=-6", "latency tolerance: -6.0"},
                {"--latency-floor-us=-7", "latency floor: PT-0.000007S"},
                {"--max-mean-difference=-8", "max mean absolute difference: -8.0"},
                {"--min-rank-correlation=9", "min rank correlation: 9.0"},
                {"--shadow=200", "shadow percent: 200.0"},
                {"--allowed-share=0.5", "allowed share, found share: given"},
                {"--found-share=0.5", "allowed share, found share: given"},
                {"--baseline=2", "the candidate and the baseline of model 'm' are both version 2"},
            }) {
                assertThat(run("start", "m", "2", option[0], target))
                        .startsWith("exit 1")
                        .last()
                        .asString()
                        .contains("INVALID_ARGUMENT: " + option[1]);
            }
        }
    }

    @Test
    void aTimeWithoutAUnitIsAUsageError() {
        assertThat(run("start", "m", "2", "--min-step=5"))
                .startsWith("exit 2")
                .anyMatch(
                        line -> line.contains("'5' is not allowed (expected: a number with its unit: ms, s, m or h)"));
        assertThat(run("start", "m")).startsWith("exit 2").anyMatch(line -> line.contains("CANDIDATE"));
        assertThat(run()).startsWith("exit 2").anyMatch(line -> line.contains("Missing required subcommand"));
    }

    /** The exit status and what was written. */
    private List<String> run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        int status = TernCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("rollout"), Stream.of(arguments))
                        .toArray(String[]::new));
        return Stream.concat(Stream.of("exit " + status), (out.toString() + err).lines())
                .toList();
    }
}
