package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ScaleCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachSettingGetsAServerOfItsOwn() throws IOException {
        Path asked = directory.resolve("asked");
        Path json = directory.resolve("scale.json");
        String noting = """
                for each in "$@"; do
                  case $each in
                    --grpc-event-loops=* | --execution-slots=*) echo "$each" >>'%1$s' ;;
                    --model-repository=*) grep instance_group "${each#*=}"/*/config.pbtxt >>'%1$s' ;;
                  esac
                done
                """.formatted(asked);
        Path launcher = FakeTern.launcher(directory, noting + FakeTern.command(""));
        int exit = run(launcher, "--event-loops", "1,2", "--instances", "3", "--json", json.toString());
        assertThat(exit).as(err.toString()).isZero();
        assertThat(asked)
                .content()
                .containsSubsequence(
                        "count: 3",
                        "--grpc-event-loops=1\n--execution-slots=3\n",
                        "count: 3",
                        "--grpc-event-loops=2\n--execution-slots=3\n");
        assertThat(out.toString())
                .contains("| model | event loops | instances | requests/s | spread | growth |")
                .containsPattern("\\| mlp-64-fixed-0 \\| 1 \\| 3 \\| [0-9,]+ \\| [0-9%–]+ \\| [0-9.–]+ \\|")
                .contains("| mlp-64-fixed-0 | 2 | 3 | ");
        assertThat(err.toString())
                .containsSubsequence(
                        "1 event loop, 3 instances: warm-up",
                        "2 event loops, 3 instances: warm-up",
                        "1 event loop, 3 instances: ",
                        "2 event loops, 3 instances: ",
                        "2 event loops, 3 instances: ",
                        "1 event loop, 3 instances: ");
        JsonObject model = JsonParser.parseString(Files.readString(json))
                .getAsJsonObject()
                .getAsJsonArray("models")
                .get(0)
                .getAsJsonObject();
        assertThat(model.getAsJsonArray("settings"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.getAsJsonObject()
                                .getAsJsonObject("answered_per_second")
                                .getAsJsonArray("values"))
                        .hasSize(2));
    }

    @Test
    void aServerThatEndsIsTold() throws IOException {
        assertThat(run(FakeTern.launcher(directory, "exit 1"))).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("| mlp-64-fixed-0 | not measured: the server has ended before it listened");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--models none|--models: 'none' is not allowed (expected: any of mlp-64-fixed-0",
                "--event-loops 1,0|--event-loops: 0 is not allowed (expected: 1 or more)",
                "--instances 0|--instances: 0 is not allowed (expected: 1 or more)",
                "--duration 0s|--duration: 0s is not allowed (expected: more than 0s)",
            })
    void whatCannotBeIsRefused(String options, String message) throws IOException {
        assertThat(run(FakeTern.launcher(directory, "exit 1"), options.split(" ", -1)))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
    }

    private int run(Path launcher, String... options) {
        List<String> all = new ArrayList<>(List.of("scale", "--server", launcher.toString(), "--repeat", "2"));
        all.addAll(List.of("--settle", "0s", "--model-warmup", "10ms"));
        List<String> given = Arrays.asList(options);
        all.addAll(given.contains("--models") ? List.of() : List.of("--models", "mlp-64-fixed-0"));
        all.addAll(given.contains("--duration") ? List.of() : List.of("--duration", "100ms"));
        all.addAll(given);
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
