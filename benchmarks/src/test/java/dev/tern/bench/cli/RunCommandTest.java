package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tern.bench.FakeServer;
import dev.tern.proto.inference.ModelInferRequest;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RunCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = FakeServer.start();
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void printsATable() {
        assertThat(run("--requests", "200", "--rows", "3")).isZero();
        assertThat(out.toString())
                .contains("target     " + server.address())
                .contains("model      scorer (test, max_batch_size 64)")
                .contains("inputs     features FP32[3,3], label BYTES[3,1]")
                .contains("load       closed loop, 4 in flight, 2 connections, 3 rows a request, 64 distinct requests")
                .contains("requests   200 sent, 200 answered, 0 failed, at most 4 in flight")
                .containsPattern("rate       [0-9,.]+ requests/s, [0-9,.]+ rows/s")
                .containsPattern("goodput    [0-9,.]+ requests/s answered within 10.00 s of their time")
                .containsPattern("latency +mean +p50 +p90 +p95 +p99 +p99.9 +max\n( +[0-9.]+ (us|ms|s)){7}\n")
                .doesNotContain("verified", "note", "sent late");
    }

    @Test
    void sendsOverStreams() {
        assertThat(run("--requests", "200", "--stream", "--verify")).isZero();
        assertThat(out.toString())
                .contains("closed loop, 4 in flight on streams, 2 connections")
                .contains("200 answered, 0 failed")
                .contains("verified");
        // Those that learn the right answers go over streams, too.
        assertThat(server.streams()).isBetween(2, 3);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void putsInputsIntoSharedMemory() throws IOException {
        List<String> before = sharedFiles();
        assertThat(run("--requests", "200", "--shared-memory=system")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).contains("the server takes no shared memory");
        server.sharing();
        assertThat(run("--requests", "200", "--shared-memory=system", "--verify"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("inputs in shared memory").contains("200 answered, 0 failed");
        assertThat(server.regions()).isZero();
        assertThat(sharedFiles()).isEqualTo(before);
        assertThat(run("--requests", "1", "--shared-memory=cuda")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--shared-memory: cuda is not allowed (expected: none or system)");
    }

    private static List<String> sharedFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.map(Path::toString)
                    .filter(each -> each.contains("tern-bench-"))
                    .toList();
        }
    }

    @Test
    void writesJson() throws DataFormatException {
        assertThat(run("--requests", "200", "--json", "-", "--range", "features:2,3"))
                .isZero();
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(err.toString()).contains("requests   200 sent");
        assertThat(report.get("schema").getAsInt()).isEqualTo(1);
        assertThat(report.get("tool").getAsString()).isEqualTo("tern-bench");
        assertThat(report.get("tool_version").getAsString()).isNotEmpty();
        assertThat(Instant.parse(report.get("started_at").getAsString())).isAfter(Instant.EPOCH);
        assertThat(report.get("interrupted").getAsBoolean()).isFalse();
        assertThat(report.get("generator_limited").getAsBoolean()).isFalse();
        assertThat(report.get("window_seconds").getAsDouble()).isPositive();
        assertThat(report.get("requests_per_second").getAsDouble()).isPositive();
        assertThat(report.get("rows_per_second")).isEqualTo(report.get("requests_per_second"));
        assertThat(report.getAsJsonObject("requests").get("answered").getAsLong())
                .isEqualTo(200);
        assertThat(report.getAsJsonObject("errors").size()).isZero();
        assertThat(report.getAsJsonObject("latency_us").keySet())
                .containsExactly("mean", "p50", "p90", "p95", "p99", "p99_9", "max");
        JsonObject settings = report.getAsJsonObject("settings");
        assertThat(settings.get("target").getAsString()).isEqualTo(server.address());
        assertThat(settings.getAsJsonObject("load")).hasToString("{\"kind\":\"closed\",\"concurrency\":4}");
        assertThat(settings.getAsJsonObject("ranges")).hasToString("{\"features\":[2.0,3.0]}");
        assertThat(settings.has("duration_seconds")).isFalse();
        JsonObject input =
                report.getAsJsonObject("model").getAsJsonArray("inputs").get(0).getAsJsonObject();
        assertThat(input).hasToString("{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[1,3]}");
        assertThat(histogram(report).getTotalCount()).isEqualTo(200);
        assertThat(histogram(report).getMaxValue() / 1e3)
                .isEqualTo(report.getAsJsonObject("latency_us").get("max").getAsDouble());
    }

    @Test
    void parametersAndLengthsAreSentAndReported() {
        Queue<ModelInferRequest> received = new ConcurrentLinkedQueue<>();
        server.behaving((request, content, reply) -> {
            received.add(content);
            FakeServer.score(content, reply);
        });
        assertThat(run(
                        "--requests",
                        "20",
                        "--json",
                        "-",
                        "--verify",
                        "--priority",
                        "1",
                        "--queue-timeout",
                        "5ms",
                        "--shape",
                        "features:uniform(3,3)"))
                .isZero();
        assertThat(received).hasSize(84).allSatisfy(each -> {
            assertThat(each.getParametersOrThrow("priority").getUint64Param()).isEqualTo(1);
            assertThat(each.getParametersOrThrow("timeout").getInt64Param()).isEqualTo(5_000);
        });
        assertThat(err.toString()).contains("lengths    uniform(3,3): mean 3.0, longest 3");
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(report.get("goodput_per_second").getAsDouble()).isPositive();
        assertThat(report.get("lengths")).hasToString("[{\"distribution\":\"uniform(3,3)\",\"mean\":3.0,\"max\":3}]");
        JsonObject settings = report.getAsJsonObject("settings");
        assertThat(settings.get("priority").getAsLong()).isEqualTo(1);
        assertThat(settings.get("queue_timeout_seconds").getAsDouble()).isEqualTo(0.005);
        assertThat(settings.get("shapes")).hasToString("{\"features\":\"uniform(3,3)\"}");
    }

    @Test
    void writesJsonToAFileBesideTheTable(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("report.json");
        assertThat(run("--requests", "10", "--json", file.toString())).isZero();
        assertThat(out.toString()).startsWith("target ");
        assertThat(JsonParser.parseString(Files.readString(file))
                        .getAsJsonObject()
                        .has("latency_us"))
                .isTrue();
    }

    @Test
    void anOpenLoopReportsHowLateItSent() {
        assertThat(execute("--warmup", "10ms", "--rate", "2000", "--requests", "50", "--json", "-"))
                .isZero();
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(report.getAsJsonObject("send_delay_us").has("p99")).isTrue();
        assertThat(report.getAsJsonObject("settings").getAsJsonObject("load"))
                .hasToString("{\"kind\":\"poisson\",\"rate_per_second\":2000.0}");
        assertThat(err.toString())
                .contains("open loop, Poisson, 2,000.0 requests/s")
                .contains("sent late");
    }

    @Test
    void rightAnswersAreVerified() {
        assertThat(run("--requests", "300", "--distinct", "8", "--verify")).isZero();
        assertThat(server.requests()).isEqualTo(308);
        assertThat(out.toString()).contains("verified   300 answers, 0 mismatched");
    }

    @Test
    void aWrongAnswerIsFoundAndDescribed() {
        server.behaving((request, content, reply) -> FakeServer.score(content, request == 100 ? 0.5f : 0, reply));
        assertThat(run("--requests", "300", "--distinct", "8", "--verify", "--json", "-"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("verified   300 answers, 1 mismatched")
                .containsPattern(
                        "first: request [0-7], output 'score', row 0, element 0: expected [0-9.]+, got [0-9.]+");
        JsonObject verify =
                JsonParser.parseString(out.toString()).getAsJsonObject().getAsJsonObject("verify");
        assertThat(verify.get("mismatched").getAsLong()).isEqualTo(1);
        assertThat(verify.getAsJsonObject("first_mismatch").get("output").getAsString())
                .isEqualTo("score");
    }

    @Test
    void theToleranceDecidesWhatIsWrong() {
        server.behaving((request, content, reply) -> FakeServer.score(content, request == 100 ? 0.5f : 0, reply));
        assertThat(run("--requests", "300", "--distinct", "8", "--verify", "--tolerance", "0.6"))
                .isZero();
    }

    @Test
    void failuresAreCountedAndEndWithOne() {
        server.behaving((request, content, reply) -> {
            if (request % 4 == 0) {
                reply.onError(Status.RESOURCE_EXHAUSTED.withDescription("full").asRuntimeException());
            } else {
                FakeServer.score(content, reply);
            }
        });
        assertThat(run("--requests", "100")).isEqualTo(1);
        assertThat(out.toString())
                .contains("100 sent, 75 answered, 25 failed")
                .contains("25 x RESOURCE_EXHAUSTED, first: full")
                .contains("note       the latencies are those of answers: they leave out 25 requests that got none.");
        assertThat(run("--requests", "100", "--allow-errors")).isZero();
    }

    @Test
    void aReferenceThatCannotBeHadEndsTheRun() {
        server.behaving((request, content, reply) ->
                reply.onError(Status.INVALID_ARGUMENT.withDescription("no").asRuntimeException()));
        assertThat(run("--requests", "10", "--verify")).isEqualTo(1);
        assertThat(err.toString())
                .contains("request 0, sent alone for its reference answer, failed with INVALID_ARGUMENT: no");
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void requestsLargerThanABatchAreNoted() {
        server.maxBatchSize(2);
        assertThat(run("--requests", "10", "--rows", "3")).isZero();
        assertThat(out.toString()).contains("note       requests of 3 rows are larger than the model's max_batch_size");
    }

    @Test
    void aServerWithoutModelConfigWillDo() {
        server.maxBatchSize(null);
        assertThat(run("--requests", "10")).isZero();
        assertThat(out.toString()).contains("model      scorer (test)\n");
    }

    @Test
    void anUnknownModelIsSaidSo() {
        assertThat(run("--requests", "1", "--model", "ranker")).isEqualTo(3);
        assertThat(err.toString())
                .contains(
                        server.address() + " has no model 'ranker': Request for unknown model: 'ranker' is not found");
    }

    @Test
    void aModelThatIsNotReadyIsSaidSo() {
        server.notReady();
        assertThat(run("--requests", "1")).isEqualTo(3);
        assertThat(err.toString()).contains("model 'scorer' on " + server.address() + " is not ready");
    }

    @Test
    void nobodyThereIsSaidSo() throws IOException {
        String address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = free.getInetAddress().getHostAddress() + ":" + free.getLocalPort();
        }
        assertThat(run("--requests", "1", "--target", address)).isEqualTo(3);
        assertThat(err.toString()).contains("cannot reach " + address + ": connection refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rate 5 --concurrency 5|--rate and --concurrency exclude each other",
                "--rate 0|Invalid value for option '--rate': 0 is not allowed (expected: more than 0)",
                "--concurrency 0|--concurrency: 0 is not allowed (expected: 1 or more)",
                "--connections 0|--connections: 0 is not allowed",
                "--rows 0|--rows: 0 is not allowed",
                "--requests 0|--requests: 0 is not allowed",
                "--duration 0s|--duration: 0s is not allowed",
                "--duration 10|'10' is not a duration (expected: a number and us, ms, s, m or h, such as 10s)",
                "--tolerance -1|--tolerance: -1.0 is not allowed",
                "--shape features|'features' is not an input's shape",
                "--shape features:4|--shape features:4 does not fit the input, which is features FP32[-1,3]",
                "--shape features:zipf(9,8)|'zipf(9,8)' is not a dimension (expected: a number, zipf(LO,HI)",
                "--priority -1|--priority: -1 is not allowed (expected: 0 or more)",
                "--queue-timeout 0s|--queue-timeout: 0s is not allowed",
                "--range features:2|'features:2' is not an input's range",
                "--target nowhere|'nowhere' is not a target (expected: host:port",
                "--json /nowhere/at/all.json|--json: /nowhere/at/all.json is not allowed",
                "--colour red|Unknown option",
            })
    void whatCannotBeIsRefused(String options, String message) {
        assertThat(execute(options.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
        assertThat(server.requests()).isZero();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(commandLine().execute("run", "--model", "m")).isEqualTo(2);
        assertThat(err.toString()).contains("run: --target is missing", "Try 'tern-bench run --help'.");
        assertThat(commandLine().execute("run", "--target", "a:1")).isEqualTo(2);
        assertThat(err.toString()).contains("run: --model is missing");
        assertThat(commandLine().execute()).isEqualTo(2);
        assertThat(err.toString())
                .contains("tern-bench: no command given (expected: run, search, curve, ab, compare, models,");
    }

    @Test
    void helpIsGroupedAndShowsDefaults() {
        assertThat(commandLine().execute("run", "--help")).isZero();
        assertThat(out.toString())
                .containsSubsequence(
                        "Target:",
                        "--target",
                        "Requests:",
                        "--rows",
                        "Load:",
                        "--rate",
                        "Checking:",
                        "--assert",
                        "errors<0.1%,",
                        "Output:",
                        "--html")
                .containsSubsequence(
                        "--connections", "Default: 4", "--distinct", "Default: 64", "--tolerance", "1.0E-5")
                .doesNotContain("DEFAULT-VALUE");
    }

    /** A line that is too long would be broken, and the command in it no longer be one. */
    @Test
    void examplesStandAsTheyAreTyped() {
        assertThat(commandLine().execute("run", "--help")).isZero();
        assertThat(out.toString())
                .contains("    tern-bench run --target localhost:8001 --model ranker --data requests.json\n")
                .contains("    tern-bench run --target localhost:8001 --model encoder --verify --json - \\\n")
                .contains("        --arrivals trace:arrivals.txt,speed=2\n")
                .contains("    tern-bench run --target other:8001 --model ranker --verify=right.jsonl\n");
    }

    @Test
    void versionIsToldByToolAndCommand() {
        assertThat(commandLine().execute("--version")).isZero();
        assertThat(commandLine().execute("run", "--version")).isZero();
        assertThat(out.toString()).contains("tern-bench ", "Java ");
    }

    private static Histogram histogram(JsonObject report) throws DataFormatException {
        byte[] encoded =
                Base64.getDecoder().decode(report.get("latency_histogram_ns").getAsString());
        return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(encoded), 0);
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(List.of("--warmup", "0s", "--concurrency", "4", "--connections", "2"));
        all.addAll(Arrays.asList(options));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... options) {
        List<String> all = new ArrayList<>(List.of("run"));
        if (!Arrays.asList(options).contains("--target")) {
            all.addAll(List.of("--target", server.address()));
        }
        if (!Arrays.asList(options).contains("--model")) {
            all.addAll(List.of("--model", FakeServer.MODEL));
        }
        all.addAll(Arrays.asList(options));
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setUsageHelpAutoWidth(false);
    }
}
