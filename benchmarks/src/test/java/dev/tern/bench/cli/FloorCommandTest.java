package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tern.bench.figures.FakeTern;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(180)
class FloorCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void theFirstRepetitionIsLeftOutAndTheTailEndsIt() throws IOException {
        Path json = directory.resolve("floor.json");
        int exit = run(
                FakeTern.launcher(directory),
                "--repeat",
                "1",
                "--callers",
                "4",
                "--tail",
                "300ms",
                "--json",
                json.toString());
        assertThat(exit).as(err + "\n" + out).isZero();
        assertThat(err.toString())
                .contains("gRPC echo, requests unread", "bare ONNX Runtime")
                .containsSubsequence("tern-bench: left out: mlp-512: echo ", "tern-bench: mlp-512: echo ");
        assertThat(out.toString())
                .contains(
                        "| mlp-512 | mlp-512: CPU a request over the floor, 4 in flight | ",
                        "| mlp-512: requests without an answer at ");
        JsonObject result = JsonParser.parseString(Files.readString(json))
                .getAsJsonObject()
                .getAsJsonArray("scenarios")
                .get(0)
                .getAsJsonObject();
        assertThat(result.getAsJsonArray("figures")).hasSize(4);
        JsonObject cpu = result.getAsJsonArray("figures").get(0).getAsJsonObject();
        assertThat(cpu.getAsJsonArray("values")).as("repetitions that count").hasSize(1);
        // Two repetitions of echo and server under two loads each, and the tail of both.
        assertThat(result.getAsJsonArray("trials")).hasSize(2 * 2 * 2 + 2);
        assertThat(StreamSupport.stream(result.getAsJsonArray("trials").spliterator(), false)
                        .map(JsonElement::getAsJsonObject)
                        .map(each -> each.get("trial").getAsString()))
                .contains("mlp-512, echo, closed loop, 4 in flight", "mlp-512, Tern, closed loop, 1 in flight");
    }

    @Test
    void aServerThatEndsIsTold() throws IOException {
        assertThat(run(FakeTern.launcher(directory, "exit 1"))).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("| mlp-512 | not measured: the server has ended before it listened");
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        assertThat(run(FakeTern.launcher(directory, "exit 1"), "--connections", "0"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--connections: 0 is not allowed (expected: 1 or more)");
    }

    private int run(Path launcher, String... options) {
        List<String> all = new ArrayList<>(List.of("floor", "--server", launcher.toString(), "--only", "mlp-512"));
        all.addAll(List.of("--server-cores", "any", "--model-warmup", "300ms"));
        all.addAll(List.of("--duration", "300ms", "--settle", "100ms"));
        all.addAll(List.of(options));
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
