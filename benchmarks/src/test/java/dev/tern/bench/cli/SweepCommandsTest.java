package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tern.bench.FakeServer;
import dev.tern.bench.measure.Units;
import dev.tern.bench.report.Page;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code search}, {@code curve}, {@code ab} and {@code compare} over a real socket; how fast it is plays no part. */
class SweepCommandsTest {
    private static final List<String> QUICK = List.of("--warmup", "50ms", "--settle", "100ms", "--connections", "1");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeServer server;

    @TempDir
    Path folder;

    @BeforeEach
    void startServer() throws IOException {
        server = FakeServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    /** What is found depends on the machine; that every report tells the same does not. */
    @Test
    void aSearchTellsTheSameInEveryReport() throws IOException {
        Path json = folder.resolve("search.json");
        Path html = folder.resolve("search.html");
        server.counting();
        String[] options = {"--from", "50", "--to", "100", "--json", json.toString(), "--html", html.toString()};
        int exit = search("300ms", "errors<100%", options);
        JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        boolean found = report.has("best_rate_per_second");
        String best = found ? Units.rate(report.get("best_rate_per_second").getAsDouble()) : "none";
        assertThat(exit).as(err.toString()).isEqualTo(found ? ExitCode.OK : ExitCode.FAILED);
        assertThat(report.get("kind").getAsString()).isEqualTo("search");
        assertThat(out.toString())
                .startsWith("      50/s  p50 ")
                .contains(found ? "highest rate that meets errors<100%: " + best : "no rate meets errors<100%");
        long lines = out.toString()
                .lines()
                .filter(each -> each.contains(" windows  "))
                .count();
        assertThat(report.getAsJsonArray("probes")).hasSize((int) lines);
        Page page = Page.parse(Files.readString(html));
        assertThat(page.texts("dd")).startsWith(best);
        assertThat(page.texts("p").get(0)).startsWith("objective errors<100%, server fake 1.2, begun ");
        assertThat(page.captions()).contains("Throughput against latency", "Answered against sent");
    }

    @Test
    void aServerThatMeetsNothingIsSaid() {
        server.behaving((request, content, reply) -> reply.onError(Status.UNAVAILABLE.asRuntimeException()));
        assertThat(search("100ms", "p99<1s", "--from", "100")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString())
                .containsPattern("100/s .* 0 of 2 windows  not met: [0-9]+ requests got no answer\n")
                .contains("\nno rate meets p99<1s\n");
    }

    @Test
    void aCurveHasARowForEachRate() throws IOException {
        Path html = folder.resolve("curve.html");
        assertThat(execute(
                        "curve", "--rates", "300,100", "--window", "100ms", "--json", "-", "--html", html.toString()))
                .isZero();
        assertThat(err.toString())
                .containsSubsequence("rate 1/2, 300/s", "rate 2/2, 100/s", "p99 (log scale)", " 100/s ", " 300/s ");
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(report.get("kind").getAsString()).isEqualTo("curve");
        assertThat(report.getAsJsonArray("points")).hasSize(2);
        Page page = Page.parse(Files.readString(html));
        assertThat(page.captions()).containsExactly("Throughput against latency", "Answered against sent");
        assertThat(page.points("Answered against sent")).containsExactly(2);
        assertThat(page.rows(0)).hasSize(3);
    }

    /** What is met depends on the machine; that every report and the exit code tell the same does not. */
    @Test
    void aCurveIsHeldToWhatIsAssertedUpToARate() throws IOException {
        Path html = folder.resolve("curve.html");
        Path json = folder.resolve("curve.json");
        int exit = execute(
                "curve",
                "--rates",
                "50,100,60",
                "--window",
                "200ms",
                "--assert",
                "p99<100s",
                "--assert-up-to",
                "60",
                "--html",
                html.toString(),
                "--json",
                json.toString());
        JsonArray verdicts =
                JsonParser.parseString(Files.readString(json)).getAsJsonObject().getAsJsonArray("assertions");
        assertThat(verdicts).hasSize(2);
        boolean met = verdicts.get(0).getAsJsonObject().get("met").getAsBoolean()
                && verdicts.get(1).getAsJsonObject().get("met").getAsBoolean();
        assertThat(exit).isEqualTo(met ? ExitCode.OK : ExitCode.FAILED);
        assertThat(out.toString())
                .containsPattern("asserted   p99<100s at 50/s   (met|NOT MET: .*)\n {11}p99<100s at 60/s   ")
                .doesNotContain("p99<100s at 100/s");
        Page page = Page.parse(Files.readString(html));
        assertThat(page.rows(0)).hasSize(3).first().isEqualTo("rate | condition | verdict");
        assertThat(execute("curve", "--rates", "50", "--window", "200ms", "--assert", "p99<1us"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("asserted   p99<1us at 50/s   NOT MET: ");
    }

    @Test
    void whatIsAssertedOfTwoDecidesTheExitCode() {
        String[] two = {"--versus", server.address(), "--rounds", "1", "--slice", "200ms"};
        assertThat(execute("ab", with(two, "--assert", "rate<1000x,errors<=1x,p99<100s")))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).containsPattern("asserted +rate<1000x +[0-9.]+x   met\n");
        assertThat(execute("ab", with(two, "--assert", "rate>1000x"))).isEqualTo(ExitCode.FAILED);
        server.behaving((request, content, reply) -> reply.onError(Status.UNAVAILABLE.asRuntimeException()));
        assertThat(execute("ab", two)).as("nothing asserted").isEqualTo(ExitCode.OK);
        assertThat(execute("ab", with(two, "--assert", "rate<=1x")))
                .as("requests failed")
                .isEqualTo(ExitCode.FAILED);
        assertThat(execute("ab", with(two, "--assert", "errors<=1x"))).isEqualTo(ExitCode.OK);
    }

    @Test
    void twoModelsAreComparedByTurns() {
        assertThat(execute("ab", "--versus", server.address(), "--rounds", "2", "--slice", "20ms", "--json", "-"))
                .isZero();
        assertThat(err.toString()).contains("2 rounds of A B B A");
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(report.getAsJsonArray("rounds")).hasSize(2);
        JsonObject round = report.getAsJsonArray("rounds").get(0).getAsJsonObject();
        assertThat(round.getAsJsonArray("a")).hasSize(2);
        assertThat(round.getAsJsonArray("b")).hasSize(2);
        JsonObject b = report.getAsJsonObject("b").getAsJsonObject("server");
        assertThat(b.get("name").getAsString()).isEqualTo("fake");
    }

    @Test
    void bIsAskedForItsOwnModel() {
        assertThat(execute("ab", "--versus-model", "other", "--rounds", "1", "--slice", "20ms"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).contains(server.address() + " has no model 'other'");
    }

    @Test
    void twoReportsAreCompared() {
        Path first = folder.resolve("first.json");
        Path second = folder.resolve("second.json");
        Path html = folder.resolve("both.html");
        for (Path each : List.of(first, second)) {
            assertThat(execute("run", "--warmup", "0s", "--requests", "50", "--json", each.toString()))
                    .isZero();
        }
        assertThat(commandLine().execute("compare", first.toString(), second.toString(), "--html", html.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("A  first.json: scorer at", "B  second.json")
                .containsPattern("p99.9 +[0-9]");
        assertThat(html).isNotEmptyFile();
        assertThat(commandLine().execute("compare", first.toString(), second.toString(), "--assert", "errors<=1x"))
                .isZero();
        assertThat(commandLine().execute("compare", first.toString(), second.toString(), "--assert", "p99<0.0001x"))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void whatCannotBeComparedIsSaid() throws IOException {
        Path other = Files.writeString(folder.resolve("other.json"), "{}");
        assertThat(commandLine().execute("compare", other.toString(), other.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("other.json: it is not a report of 'tern-bench run --json'");
        assertThat(commandLine().execute("compare", "none.json", "none.json")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("none.json: there is no such file");
        assertThat(commandLine().execute("compare", other.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("B.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "search|--objective is missing",
                "search --objective p99|is not a condition (expected: NAME<VALUE",
                "search --objective p99<1s --from 0|--from: 0.0 is not allowed (expected: more than 0)",
                "search --objective p99<1s --to 5|--to: 5.0 is not allowed (expected: at least --from, which is 100.0)",
                "search --objective p99<1s --precision 0|--precision: 0.0 is not allowed (expected: 0.1% to 100%)",
                "search --objective p99<1s --precision few|'few' is not a share (expected: such as 5% or 0.05)",
                "search --objective p99<1s --windows 0|--windows: 0 is not allowed",
                "search --objective p99<1s --window 0s|--window: 0s is not allowed",
                "curve|--rates: an empty list is not allowed (expected: such as --rates 100,200,400)",
                "curve --rates 1,0|--rates: 0.0 is not allowed",
                "curve --rates 10 --assert p99<1x|'p99<1x' is not a condition here",
                "curve --rates 10 --assert-up-to 5|--assert-up-to: 5.0 is not allowed (expected: at least the lowest of",
                "ab --versus a:1 --assert p99<1|is not a condition (expected: a time with us, ms or s",
                "ab|--versus is missing (expected: --versus HOST:PORT, --versus-model NAME, or both)",
                "ab --versus a:1 --rate 1 --concurrency 1|--rate and --concurrency exclude each other",
                "ab --versus a:1 --rounds 0|--rounds: 0 is not allowed",
            })
    void whatCannotBeIsRefused(String line, String message) {
        String[] words = line.split(" ", -1);
        assertThat(execute(words[0], Arrays.copyOfRange(words, 1, words.length)))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
        assertThat(server.requests()).isZero();
    }

    @Test
    void nobodyThereIsSaidSo() throws IOException {
        String address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = free.getInetAddress().getHostAddress() + ":" + free.getLocalPort();
        }
        assertThat(commandLine().execute("curve", "--target", address, "--model", "m", "--rates", "1"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).contains("cannot reach " + address + ": connection refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "search|at least 95% of what was sent|--objective=CONDITIONS|'p99<20ms,errors<0.1%'",
                "curve|--rates=R|Each window:|http://localhost:8002/metrics",
                "ab|A, B, B, A|confidence of 95%;|--versus-model ranker_unbatched",
                "compare|A.json B.json|'tern-bench ab' compares better|Exit codes:",
            })
    void helpExplains(String command, String first, String second, String third) {
        assertThat(commandLine().setUsageHelpWidth(400).execute(command, "--help"))
                .isZero();
        assertThat(out.toString())
                .contains(first, second, third, "Exit codes:", "Examples:")
                .doesNotContain("DEFAULT-VALUE", "%%");
    }

    /** At 80 columns picocli would break them, and they could not be copied. */
    @Test
    void examplesFitTheTerminal() {
        List<String> commands = List.of("search", "curve", "ab", "compare");
        assertThat(commandLine().getSubcommands()).containsKeys(commands.toArray(String[]::new));
        commandLine().getSubcommands().forEach((name, line) -> {
            if (commands.contains(name)) {
                String[] footer = line.getCommandSpec().usageMessage().footer();
                assertThat(footer).allMatch(each -> each.length() < 80);
            }
        });
    }

    private static String[] with(String[] options, String... more) {
        List<String> all = new ArrayList<>(Arrays.asList(options));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    private int search(String window, String objective, String... options) {
        List<String> all = new ArrayList<>(List.of("--window", window, "--windows", "2", "--objective", objective));
        all.addAll(Arrays.asList(options));
        return execute("search", all.toArray(String[]::new));
    }

    private int execute(String command, String... options) {
        List<String> all = new ArrayList<>(List.of(command, "--target", server.address(), "--model", FakeServer.MODEL));
        all.addAll(command.equals("run") ? List.of() : QUICK);
        all.addAll(Arrays.asList(options));
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
