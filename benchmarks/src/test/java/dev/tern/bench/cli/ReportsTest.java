package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.tern.bench.FakeServer;
import dev.tern.bench.report.Page;
import io.grpc.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What {@code tern-bench run} writes and how it judges. */
class ReportsTest {
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

    @Test
    void whatIsAssertedIsJudgedAndPrinted() {
        assertThat(run("--assert", "p99<1m,errors<0.1%")).isEqualTo(ExitCode.USAGE);
        assertThat(run("--assert", "p99<100s,errors<0.1%,rate>0.001")).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .containsPattern("asserted   p99<100s +[0-9.]+ (us|ms|s)   met\n")
                .containsPattern(" {11}errors<0.1% +0%   met\n");
        assertThat(run("--assert", "p99<100s", "--assert", "rate>1000000000")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).containsPattern(" {11}rate>1000000000 +[0-9,.]+/s   NOT MET\n");
    }

    @Test
    void aConditionOnErrorsSaysHowManyAreAllowed() {
        server.behaving((request, content, reply) -> {
            if (request % 10 == 0) {
                reply.onError(Status.UNAVAILABLE.asRuntimeException());
            } else {
                FakeServer.score(content, reply);
            }
        });
        assertThat(run("--assert", "p99<100s")).isEqualTo(ExitCode.FAILED);
        assertThat(run("--assert", "errors<=10%")).isEqualTo(ExitCode.OK);
        assertThat(run("--assert", "errors<10%")).isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--assert p99<20|is not a condition (expected: a time with us, ms or s, such as p99<20ms)",
                "--html /nowhere/at/all.html|--html: /nowhere/at/all.html is not allowed (expected: a file in a folder",
                "--histogram-log /nowhere/a.hlog|--histogram-log: /nowhere/a.hlog is not allowed",
                "--metrics-url localhost:8002|--metrics-url: localhost:8002 is not allowed (expected: http://HOST:PORT",
            })
    void whatCannotBeIsRefused(String options, String message) {
        assertThat(run(options.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
        assertThat(server.requests()).isZero();
    }

    @Test
    void jsonHoldsServerSecondsAndAssertions() {
        server.counting();
        assertThat(run("--json", "-", "--assert", "errors<1%", "--rows", "3")).isZero();
        assertThat(err.toString())
                .contains(" (fake 1.2)\n", "runs of 2.00 ms, 3 rows each on average; 1.00 ms in the queue");
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(report.get("kind").getAsString()).isEqualTo("run");
        JsonObject told = report.getAsJsonObject("server");
        assertThat(told.get("name").getAsString()).isEqualTo("fake");
        JsonObject window = told.getAsJsonObject("window");
        assertThat(window.get("source").getAsString()).isEqualTo("ModelStatistics");
        assertThat(window.get("run_mean_us").getAsDouble()).isEqualTo(2_000);
        assertThat(window.getAsJsonArray("batch_rows")
                        .get(0)
                        .getAsJsonObject()
                        .get("rows")
                        .getAsInt())
                .isEqualTo(3);
        assertThat(report.getAsJsonArray("assertions"))
                .hasToString("[{\"condition\":\"errors<1%\",\"measured\":\"0%\",\"value_share\":0.0,\"met\":true}]");
        assertThat(sum(report.getAsJsonObject("seconds").getAsJsonArray("answered")))
                .isEqualTo(200);
    }

    @Test
    void aServerThatDoesNotTellIsSaidInTheReportOnly() {
        assertThat(run("--json", "-")).isZero();
        JsonObject told =
                JsonParser.parseString(out.toString()).getAsJsonObject().getAsJsonObject("server");
        assertThat(told.has("window")).isFalse();
        assertThat(told.get("window_missing").getAsString()).contains("UNIMPLEMENTED");
        assertThat(err.toString()).doesNotContain("note ");
    }

    @Test
    void thePrometheusPageIsReadBeforeAndAfter() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        HttpServer metrics = metrics(asked);
        try {
            String url = "http://127.0.0.1:" + metrics.getAddress().getPort() + "/metrics";
            assertThat(run("--metrics-url", url)).isZero();
            assertThat(asked).hasValue(3);
            assertThat(out.toString()).contains("server     10 runs of 3.00 ms, 8 rows each on average; ");
            assertThat(run("--metrics-url", url + "/none")).isZero();
            assertThat(out.toString())
                    .contains("note       the server's own figures are left out: " + url
                            + "/none answers with status 404.");
        } finally {
            metrics.stop(0);
        }
    }

    @Test
    void theHistogramLogIsReadByHdrHistogramsOwnReader() throws IOException {
        Path log = folder.resolve("run.hlog");
        assertThat(run("--histogram-log", log.toString())).isZero();
        Histogram all = new Histogram(3);
        try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
            for (EncodableHistogram each = reader.nextIntervalHistogram();
                    each != null;
                    each = reader.nextIntervalHistogram()) {
                all.add((Histogram) each);
            }
            assertThat(reader.getStartTimeSec()).isPositive();
        }
        assertThat(all.getTotalCount()).isEqualTo(200);
    }

    @Test
    void thePageIsWellFormedAndLoadsNothing() throws IOException {
        server.counting();
        Path html = folder.resolve("run.html");
        assertThat(run("--html", html.toString(), "--quiet")).isZero();
        Page page = Page.parse(Files.readString(html));
        assertThat(page.captions()).contains("Latency by percentile", "Latency over time", "Batch sizes");
        assertThat(page.points("Latency over time")).hasSize(3).doesNotContain(0);
        assertThat(err.toString()).isEmpty();
    }

    /** The scorer twice, as if it were two models. */
    @Test
    void eachModelOfAMixHasTheServersOwnFigures() throws IOException {
        server.counting();
        Path mix = Files.writeString(
                folder.resolve("mix.json"),
                "{\"models\": [{\"model\": \"scorer\", \"weight\": 3}, {\"model\": \"scorer\", \"rows\": 2}]}");
        Path html = folder.resolve("mix.html");
        String[] line = {
            "run", "--target", server.address(), "--mix", mix.toString(), "--warmup", "0s", "--connections", "1"
        };
        List<String> all = new ArrayList<>(Arrays.asList(line));
        all.addAll(List.of("--rate", "100,200:100ms", "--json", "-", "--html", html.toString()));
        assertThat(commandLine().execute(all.toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        JsonObject report = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(report.getAsJsonObject("server").has("window")).isFalse();
        assertThat(report.getAsJsonObject("server").get("window_missing").getAsString())
                .isEqualTo("each of the models has its own");
        assertThat(report.getAsJsonArray("models"))
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.getAsJsonObject()
                                .getAsJsonObject("server")
                                .get("run_mean_us")
                                .getAsDouble())
                        .isEqualTo(2_000));
        assertThat(err.toString()).containsPattern("server +scorer: [0-9,]+ runs of 2.00 ms");
        Page page = Page.parse(Files.readString(html));
        assertThat(page.texts("h2")).contains("Models", "Steps");
        assertThat(page.rows(1)).hasSize(3);
        assertThat(page.rows(2)).hasSize(3);
    }

    private static long sum(JsonArray numbers) {
        long sum = 0;
        for (JsonElement each : numbers) {
            sum += each.getAsLong();
        }
        return sum;
    }

    /** Ten runs more each time it is asked. */
    private static HttpServer metrics(AtomicInteger asked) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                exchange.sendResponseHeaders(404, -1);
                exchange.close();
                return;
            }
            int runs = 10 * asked.incrementAndGet();
            byte[] page = """
                tern_inference_execution_duration_seconds_count{model="scorer",version="3"} %d
                tern_inference_execution_duration_seconds_sum{model="scorer",version="3"} %s
                tern_inference_batch_size_sum{model="scorer",version="3"} %d
                """.formatted(runs, runs * 0.003, runs * 8).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        return server;
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(List.of("run", "--target", server.address(), "--model", FakeServer.MODEL));
        all.addAll(List.of("--warmup", "0s", "--concurrency", "4", "--connections", "2", "--requests", "200"));
        all.addAll(Arrays.asList(options));
        return commandLine().execute(all.toArray(String[]::new));
    }

    private CommandLine commandLine() {
        return TernBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }
}
