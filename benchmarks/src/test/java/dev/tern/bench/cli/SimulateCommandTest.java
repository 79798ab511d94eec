package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsATable() {
        assertThat(run("--rates", "50%,25600", "--policies", "none,fixed:2ms", "--deadline", "50ms"))
                .isZero();
        assertThat(out.toString())
                .contains("curve      1:1.00ms,64:5.00ms, noise 0.00\n")
                .contains("machine    1 instances, max batch size 64, capacity 12,800 requests/s\n")
                .contains("traffic    poisson, 1 rows, length 1, deadline 50.0ms\n")
                .contains("simulated  2,000 requests after 200 of warm-up, seed 1\n")
                .containsPattern("  load  policy      offered/s answered/s     good/s refused dropped     mean"
                        + "      p50      p90      p99    p99.9   batch  busy\n   50%  none      ")
                .containsPattern(
                        "\n  200%  fixed:2ms( +[0-9,]+){3}( +[0-9.]+%){2}( +[0-9.]+(us|ms|s)){5} +[0-9.]+ +[0-9]+%\n")
                .doesNotContain("level", "waste");
        assertThat(out.toString().lines()).hasSize(4 + 1 + 1 + 4);
    }

    @Test
    void showsLevelsAndWaste() {
        assertThat(run("--rates", "50%", "--policies", "fixed:2ms", "--mix", "level2=0.5", "--lengths", "8-16"))
                .isZero();
        assertThat(out.toString()).containsPattern(" level .* waste\n.* all .*%\n.*  1 .*%\n.*  2 .*%\n");
    }

    @Test
    void showsTheBestOfTheGrid() {
        assertThat(run("--rates", "50%", "--policies", "tuned", "--repeat", "3"))
                .isZero();
        assertThat(out.toString()).contains("medians of 3 seeds").containsPattern("\n   50%  triton:preferred=");
    }

    @Test
    void writesJson(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results.json");
        assertThat(run("--rates", "50%,300%", "--policies", "none,fifo", "--json", file.toString()))
                .isZero();
        JsonObject report = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonArray results = report.getAsJsonArray("results");
        assertThat(report.get("schema").getAsInt()).isEqualTo(1);
        assertThat(report.getAsJsonObject("scenario").get("capacity_per_second").getAsDouble())
                .isEqualTo(12_800);
        assertThat(results).hasSize(4);
        assertThat(results.get(0).getAsJsonObject().get("policy").getAsString()).isEqualTo("none");
        assertThat(results.get(3).getAsJsonObject().get("load").getAsDouble()).isEqualTo(3);
        assertThat(results.get(3).getAsJsonObject().get("mean_us").getAsDouble())
                .isGreaterThan(10_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rates=fast | --rates: fast is not allowed (expected: requests per second, or a part of the capacity",
                "--rates=0% | --rates: 0% is not allowed",
                "--mix=level3=1 | --mix: level3=1 is not allowed (expected: level2=0 to level2=1)",
                "--noise=-1 | --noise: -1.0 is not allowed (expected: 0 to 2)",
                "--policies=best | policy: best (expected: none, fixed:WINDOW,",
                "--arrivals=never | arrivals: never (expected: poisson, constant, onoff or onoff:ON/OFF",
                "--repeat=0 | --repeat: 0 is not allowed (expected: 1 or more)"
            })
    void refusesNonsense(String option, String message) {
        assertThat(run(option)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("simulate: ", message).contains("Try 'tern-bench simulate --help'.");
    }

    @Test
    void needsACurve() {
        assertThat(execute(List.of("simulate"))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--curve is missing (expected: such as --curve 1:1ms,8:1.4ms,64:5ms)");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("simulate", "--curve", "1:1ms,64:5ms", "--requests", "2000"));
        all.addAll(List.of(arguments));
        return execute(all);
    }

    private int execute(List<String> arguments) {
        CommandLine command = TernBench.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments.toArray(String[]::new));
    }
}
