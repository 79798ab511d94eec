package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tern.bench.figures.FakeTern;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class FiguresCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    void measuresAServerThatItStartsAndEnds() throws IOException {
        Path json = directory.resolve("figures.json");
        int exit =
                run(FakeTern.launcher(directory), "--only", "throughput", "--repeat", "2", "--json", json.toString());
        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString())
                .startsWith("| scenario | figure | median | spread | each repetition | to reach | reached |\n")
                .contains("| throughput | mlp-1024: requests per server CPU second, batched over unbatched | ")
                .contains("| mlp-2048 batched, requests/s | ");
        JsonArray scenarios =
                JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonArray("scenarios");
        JsonObject throughput = scenarios.get(0).getAsJsonObject();
        assertThat(throughput.getAsJsonArray("figures")).hasSize(4);
        // Two networks, two variants, two repetitions.
        assertThat(throughput.getAsJsonArray("trials")).hasSize(8).allSatisfy(each -> {
            JsonObject trial = each.getAsJsonObject();
            assertThat(trial.get("mean_ms").getAsDouble()).isPositive();
            assertThat(trial.get("refusals").getAsJsonObject().size()).isZero();
        });
        assertThat(err.toString())
                .contains("tern-bench: throughput: warm-up: mlp-1024-unbatched, closed loop, 64 in flight");
    }

    @Test
    void aServerThatEndsIsTold() throws IOException {
        int exit = run(FakeTern.launcher(directory, "exit 1"), "--only", "priority");
        assertThat(exit).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("| priority | not measured: the server has ended before it listened");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--repeat 0|--repeat: 0 is not allowed (expected: 1 or more)",
                "--duration 0s|--duration: 0s is not allowed (expected: more than 0s)",
                "--only speed|--only: 'speed' is not allowed (expected: any of throughput, latency, adaptive,",
                "--server /nowhere|--server: /nowhere is not allowed (expected: an executable file)",
            })
    void whatCannotBeIsRefused(String options, String message) throws IOException {
        assertThat(run(FakeTern.launcher(directory, "exit 1"), options.split(" ", -1)))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theServerMustBeNamed() {
        assertThat(commandLine().execute("figures")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--server is missing (expected: --server FILE)");
    }

    @Test
    void helpTellsTheScenarios() {
        assertThat(commandLine().execute("figures", "--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "  latency     mean at 70% of the unbatched capacity, batched over unbatched\n", "Default: 0.");
    }

    private int run(Path launcher, String... options) {
        List<String> all = new ArrayList<>(List.of("figures", "--settle", "0s", "--model-warmup", "10ms"));
        List<String> given = Arrays.asList(options);
        all.addAll(given.contains("--server") ? List.of() : List.of("--server", launcher.toString()));
        all.addAll(given.contains("--duration") ? List.of() : List.of("--duration", "100ms"));
        all.addAll(List.of("--server-cores", "any"));
        all.addAll(given);
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
