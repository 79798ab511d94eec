package dev.tern.server.boot.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxModels;
import java.io.BufferedReader;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tern serve} and {@code tern check} as they are called, in this process. */
class CommandsTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path repository = Path.of("");

    @BeforeEach
    void makeRepository() {
        repository = directory.resolve("repository");
        ModelDirectory.of(repository, "good").version(3, OnnxModels.mlp(4, 8, 1));
        ModelDirectory.of(repository, "softmax").version(1, OnnxModels.softmaxOverBatch());
    }

    @Test
    void checkPassesAGoodRepository() {
        assertThat(run("check", "--model-repository=" + repository, "--trial-load=off"))
                .isZero();
        List<String> lines = out.toString().lines().toList();

        assertThat(lines.get(0)).matches("MODEL +VERSION +STATE +INPUTS +OUTPUTS +BATCH +CACHE +INSTANCES");
        assertThat(lines.get(1))
                .matches(
                        "good +3 +READY +x FP32\\[4] +y FP32\\[1] +up to 256 rows, preferred \\[256], delay 0 us +off +\\d");
        assertThat(lines.get(2))
                .matches("softmax +1 +READY +x FP32\\[-1,4] +y FP32\\[-1,4] +one request a run +off +\\d");
        assertThat(lines.get(3)).startsWith("  softmax 1: not batched: output 'y' of a row is ");
        assertThat(lines).last().isEqualTo("2 models checked, 0 cannot be served");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checkNamesWhatCannotBeServedAndWhy() {
        ModelDirectory.of(repository, "bad").version(1, OddModels.opset99());
        ModelDirectory.of(repository, "crashing").version(1, OddModels.crashing());
        ModelDirectory.of(repository, "misconfigured")
                .version(1, OnnxModels.simple())
                .config("max_batch_sise: 8");
        ModelDirectory.of(repository, "empty").config("max_batch_size: 8");

        assertThat(run("check", "--model-repository=" + repository, "--state-dir=" + directory.resolve("state")))
                .isEqualTo(1);
        assertThat(out.toString())
                .containsPattern("(?m)^bad +1 +UNAVAILABLE$")
                .containsPattern("(?m)^  bad 1: ONNX Runtime only \\*guarantees\\* support")
                .containsPattern("(?m)^  crashing 1: crashes ONNX Runtime while being loaded \\(SIGSEGV\\)")
                .containsPattern("(?m)^misconfigured +- +UNAVAILABLE$")
                .containsPattern("(?m)^  misconfigured: .*max_batch_sise.*max_batch_size")
                .containsPattern("(?m)^  empty: .*at least one version")
                .containsPattern("(?m)^good +3 +READY ")
                .endsWith("6 models checked, 4 cannot be served" + System.lineSeparator());
    }

    @Test
    void checkNamesWhatAConfigurationSaysToNoEffect() {
        ModelDirectory.of(repository, "good")
                .config("metric_tags { key: 'team' value: 'ranking' } optimization { cuda { graphs: true } }"
                        + " runtime: 'libtriton_onnxruntime.so'");

        assertThat(run("check", "--model-repository=" + repository, "--trial-load=off"))
                .isZero();
        assertThat(out.toString().lines())
                .contains(
                        "  good 3: config.pbtxt: metric_tags: has no effect in this version of Tern",
                        "  good 3: config.pbtxt: optimization.cuda: has no effect on ONNX models",
                        "  good 3: config.pbtxt: runtime: has no effect: there is one ONNX Runtime, which is a part of"
                                + " Tern");
    }

    @Test
    void modelsInAnObjectStoreAreNoDirectory() {
        for (String command : List.of("check", "serve")) {
            assertThat(run(command, "--model-repository=s3://bucket/models")).isEqualTo(2);
            assertThat(err.toString())
                    .contains("tern " + command
                            + ": --model-repository: s3://bucket/models (expected: a directory of this"
                            + " machine; models elsewhere are copied to one: docs/operations.md");
        }
    }

    @Test
    void archiveLivesAShortLifeAndLeavesNothing() {
        assertThat(run("archive")).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aWrongFlagIsAUsageError() {
        assertThat(run("check", "--model-repository=" + directory.resolve("none")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("tern check: ").contains("--model-repository");
        assertThat(run("serve", "--model-repository=" + repository, "--grpc-port=no"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("tern serve: ").contains("--grpc-port");
    }

    @Test
    void serveEndsWhenAModelFailsAndLeavesNothingBehind() throws Exception {
        ModelDirectory.of(repository, "bad").version(1, OddModels.unknownDomain());
        int port = freePort();
        for (int time = 0; time < 2; time++) {
            err.getBuffer().setLength(0);
            assertThat(run(serve("--grpc-port=" + port))).isEqualTo(1);
            // The second time the port is free again.
            assertThat(err.toString())
                    .isEqualTo("tern serve: a model failed to load, so the server ends; --exit-on-error=false serves"
                            + " the others" + System.lineSeparator());
        }
        assertThat(out.toString())
                .contains("  bad 1: Fatal error: com.example.recsys:HashAndCross")
                .contains(": 2 of 3 models ready after ");
    }

    @Test
    void servePassesOverItWhenToldTo() throws Exception {
        ModelDirectory.of(repository, "bad").version(1, OddModels.unknownDomain());
        try (PipedReader pipe = new PipedReader(1 << 16);
                PrintWriter said = new PrintWriter(new PipedWriter(pipe), true);
                BufferedReader lines = new BufferedReader(pipe)) {
            FutureTask<Integer> serving =
                    new FutureTask<>(() -> commandLine(said).execute(serve("--exit-on-error=false", "--grpc-port=0")));
            Thread thread = new Thread(serving, "serving");
            thread.start();
            List<String> table = new ArrayList<>();
            while (table.isEmpty() || !table.get(table.size() - 1).startsWith("tern ")) {
                table.add(lines.readLine());
            }
            assertThat(table).last().asString().contains("2 of 3 models ready");
            assertThat(serving.isDone()).isFalse();
            thread.interrupt();
            thread.join();
        }
        assertThat(err.toString()).doesNotContain("--exit-on-error");
    }

    @Test
    void aSwitchDoesNotTakeAMisspeltFlagForItsValue() {
        assertThat(run("serve", "--demo", "--grpc-prot=1")).isEqualTo(2);
        assertThat(err.toString())
                .contains("tern serve: --grpc-prot: no such option")
                .contains("--grpc-port");
    }

    @Test
    void aPortInUseIsSaidAndNothingIsLeftOpen() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(run(serve("--grpc-port=" + taken.getLocalPort()))).isEqualTo(1);
            assertThat(err.toString()).contains("tern serve: ").contains(Integer.toString(taken.getLocalPort()));
        }
    }

    private String[] serve(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--model-repository=" + repository,
                "--http-port=0",
                "--metrics-port=0",
                "--admin-port=0",
                "--trial-load=off",
                "--warm-up=none",
                "--drain-delay=0s",
                "--state-dir=" + directory.resolve("state")));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private int run(String... arguments) {
        return commandLine(new PrintWriter(out, true)).execute(arguments);
    }

    private CommandLine commandLine(PrintWriter to) {
        return TernCommand.commandLine().setOut(to).setErr(new PrintWriter(err, true));
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
