package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tern.bench.figures.FakeTern;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(180)
class CacheCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    /** A cache that has room for everything is the best there can be: what was sent is what we say was sent. */
    @Test
    void theBestHitRatioIsComputedFromTheRequestsThatWereSent() throws IOException {
        Path json = directory.resolve("cache.json");
        Path given = directory.resolve("given");
        String noting = """
                for each in "$@"; do
                  case $each in
                    --cache-size=*) echo "$each" >>'%1$s' ;;
                    --model-repository=*) cat "${each#*=}"/*/config.pbtxt >>'%1$s' ;;
                  esac
                done
                """.formatted(given);
        Path launcher = launcher(noting + FakeTern.command(""));
        int exit = run(launcher, "--only", "hit-ratio", "--repeat", "2", "--json", json.toString());
        assertThat(exit).as(err.toString()).isZero();
        assertThat(given)
                .content()
                .contains("name: \"ranker-cached\"\nresponse_cache { enable: true }\n")
                .contains("--cache-size=10000000\n");
        assertThat(out.toString()).contains("| hit-ratio | hit ratio over the best possible | ");
        JsonObject figure = figures(json).get(0).getAsJsonObject();
        assertThat(figure.getAsJsonArray("values"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.getAsDouble()).isCloseTo(1, within(1e-9)));
        assertThat(err.toString())
                .contains(
                        "tern-bench: hit-ratio: 200 rows: an answer takes 1,000 bytes, 10,000 of them 10,000,000 bytes",
                        "tern-bench: hit-ratio: ranker-cached filled for ",
                        "tern-bench: hit-ratio: ranker-cached, 200 rows, closed loop, 64 in flight: ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void answersFromMemoryAreHeldAgainstAnEcho() throws IOException {
        Path json = directory.resolve("cache.json");
        int exit =
                run(launcher(FakeTern.command("")), "--only", "hit-cost", "--repeat", "1", "--json", json.toString());
        assertThat(exit).as(err + "\n" + out).isZero();
        assertThat(figures(json))
                .extracting(each -> each.getAsJsonObject().get("name").getAsString())
                .containsExactly(
                        "mlp-64: CPU a request of answers from memory over the echo's, 64 in flight",
                        "ranker-1: CPU a request of answers from memory over the echo's, 64 in flight",
                        "ranker-200: CPU a request of answers from memory over the echo's, 64 in flight");
    }

    @Test
    void requestsThatNeverRepeatHitNothing() throws IOException {
        Path json = directory.resolve("cache.json");
        int exit = run(launcher(FakeTern.command("")), "--only", "never-repeats", "--json", json.toString());
        assertThat(exit).as(err.toString()).isZero();
        assertThat(figures(json)).hasSize(2).allSatisfy(each -> {
            JsonObject found =
                    each.getAsJsonObject().getAsJsonArray("parts").get(2).getAsJsonObject();
            assertThat(found.get("name").getAsString()).endsWith("hit ratio");
            assertThat(found.get("median").getAsDouble()).isZero();
        });
    }

    @Test
    void withoutARedisWhatNeedsOneIsLeftOut() throws IOException {
        assertThat(run(launcher("exit 1"), "--only", "l2-hit")).isZero();
        assertThat(err.toString()).contains("tern-bench: l2-hit: left out, as it needs --redis-server");
    }

    @Test
    void programsThatEndAreTold() throws IOException {
        assertThat(run(launcher("exit 1"), "--only", "latency")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("| latency | not measured: the server has ended before it listened");
        Path redis = FakeTern.launcher(Files.createDirectory(directory.resolve("redis")), "exit 1");
        assertThat(run(launcher("exit 1"), "--only", "l2-hit", "--redis-server", redis.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("| l2-hit | not measured: cannot reach redis-server at 127.0.0.1:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--repeat 0|--repeat: 0 is not allowed (expected: 1 or more)",
                "--only l3|--only: 'l3' is not allowed (expected: any of latency, hit-ratio, capacity, rows, one-row,",
                "--redis-server /nowhere|--redis-server: /nowhere is not allowed (expected: an executable file)",
            })
    void whatCannotBeIsRefused(String options, String message) throws IOException {
        assertThat(run(launcher("exit 1"), options.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void helpTellsTheDefaults() {
        assertThat(commandLine().execute("cache", "--help")).isZero();
        assertThat(out.toString()).contains("  latency        mean at 60% of the uncached capacity, cached over not\n");
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("Default: 3s.", "Default: 1s.", "Default: 5s.", "Default: 7.");
    }

    private JsonArray figures(Path json) throws IOException {
        return JsonParser.parseString(Files.readString(json))
                .getAsJsonObject()
                .getAsJsonArray("scenarios")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("figures");
    }

    /** A distribution: its launcher, and the jar with the demo's model. */
    private Path launcher(String command) throws IOException {
        Path lib = Files.createDirectories(directory.resolve("lib"));
        Map<String, String> files = Map.of("config.pbtxt", "name: \"ranker\"\n", "1/model.onnx", "no model");
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(lib.resolve("tern-server.jar")))) {
            for (Map.Entry<String, String> each : files.entrySet()) {
                jar.putNextEntry(new ZipEntry("demo-repository/ranker/" + each.getKey()));
                jar.write(each.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return FakeTern.launcher(Files.createDirectories(directory.resolve("bin")), command);
    }

    private int run(Path launcher, String... options) {
        List<String> all = new ArrayList<>(List.of("cache", "--server", launcher.toString(), "--server-cores", "any"));
        all.addAll(List.of("--quick", "--settle", "0s", "--duration", "200ms", "--model-warmup", "10ms"));
        all.addAll(Arrays.asList(options));
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
