package dev.tern.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.tern.bench.FakeServer;
import dev.tern.bench.PlainServer;
import dev.tern.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent and when, over real sockets. */
class LoadCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Queue<ModelInferRequest> received = new ConcurrentLinkedQueue<>();

    @TempDir
    Path folder;

    private FakeServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = FakeServer.start().behaving((request, content, reply) -> {
            received.add(content);
            FakeServer.score(content, reply);
        });
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void dataAreSentInTurn() throws IOException {
        Path data = Files.writeString(
                folder.resolve("data.json"),
                "{\"data\": [{\"features\": [1, 2, 3], \"label\": [\"a\"]},"
                        + " {\"features\": [4, 5, 6, 7, 8, 9], \"label\": [\"b\", \"c\"]}]}");
        assertThat(run("--concurrency", "1", "--requests", "5", "--data", data.toString(), "--json", "-"))
                .isZero();
        assertThat(received).extracting(each -> each.getInputs(0).getShape(0)).containsExactly(1L, 2L, 1L, 2L, 1L);
        assertThat(err.toString()).contains("1 to 2 rows a request, 2 distinct requests");
        assertThat(report().getAsJsonArray("models").get(0).getAsJsonObject().get("rows_in_window"))
                .hasToString("7");
    }

    @Test
    void dataThatDoNotFitEndTheRun() throws IOException {
        Path data = Files.writeString(folder.resolve("data.json"), "{\"data\": [{\"features\": [1, 2, 3]}]}");
        assertThat(run("--requests", "5", "--data", data.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--data " + data + ": data[0], input 'label' is missing");
        assertThat(received).isEmpty();
    }

    @Test
    void zerosAndVocabulariesAreSent() throws IOException {
        Path words = Files.writeString(folder.resolve("words.txt"), "red\n");
        assertThat(run("--requests", "5", "--zero", "--vocabulary", "label:" + words))
                .isZero();
        assertThat(received).hasSize(5).allSatisfy(each -> {
            assertThat(each.getRawInputContents(0)).isEqualTo(ByteString.copyFrom(new byte[12]));
            assertThat(each.getRawInputContents(1).toStringUtf8()).isEqualTo("\3\0\0\0red");
        });
    }

    @Test
    void zipfKeysRepeatTheFirst() {
        assertThat(run("--requests", "2000", "--distinct", "1000", "--keys", "zipf(2)"))
                .isZero();
        long distinct = received.stream()
                .map(each -> each.getRawInputContents(0))
                .distinct()
                .count();
        assertThat(distinct).isBetween(20L, 80L);
        assertThat(out.toString()).contains("1,000 distinct requests by zipf(2.0)");
    }

    @Test
    void stepsAreReportedEachForItself() {
        assertThat(run("--rate", "200:100ms,0:50ms,400:100ms", "--arrivals", "constant", "--json", "-"))
                .isZero();
        assertThat(received).hasSize(60);
        assertThat(err.toString())
                .contains(
                        "open loop, constant, 200 requests/s for 0.1s, then 0 requests/s for 0.05s, then 400 requests/s"
                                + " for 0.1s")
                .containsPattern("step, asked/s +sent +answered/s +failed +p50 +p99 +p99.9")
                .containsPattern("\n +200 +20 +[0-9.]+ +0 ")
                .containsPattern("\n +0 +0 +[0-9.]+ +0 +- +- +-\n");
        JsonObject last = report().getAsJsonArray("steps").get(2).getAsJsonObject();
        assertThat(last.get("from_per_second").getAsDouble()).isEqualTo(400);
        assertThat(last.get("sent").getAsInt()).isEqualTo(40);
        assertThat(last.get("seconds").getAsDouble()).isEqualTo(0.1);
    }

    @Test
    void aTraceIsRepeated() throws IOException {
        Path trace = Files.writeString(folder.resolve("trace.txt"), "0\n0\n0.001\n0.05\n");
        assertThat(run("--arrivals", "trace:" + trace, "--json", "-")).isZero();
        assertThat(received).hasSize(4);
        JsonObject load = report().getAsJsonObject("settings").getAsJsonObject("load");
        assertThat(load.get("kind").getAsString()).isEqualTo("trace");
        assertThat(load.get("recorded_requests").getAsInt()).isEqualTo(4);
        assertThat(report().get("window_seconds").getAsDouble()).isEqualTo(0.050000001);
    }

    @Test
    void recordedAnswersAreHeldAgainst() {
        Path answers = folder.resolve("answers.jsonl");
        assertThat(run("--requests", "5", "--distinct", "4", "--record-answers", answers.toString()))
                .isZero();
        assertThat(received).hasSize(9);
        assertThat(run("--requests", "40", "--distinct", "4", "--verify=" + answers))
                .isZero();
        assertThat(out.toString()).contains("verified   40 answers, 0 mismatched");
        server.behaving((request, content, reply) -> FakeServer.score(content, 0.5f, reply));
        assertThat(run("--requests", "40", "--distinct", "4", "--verify=" + answers))
                .isEqualTo(1);
        assertThat(out.toString()).contains("verified   40 answers, 40 mismatched");
    }

    @Test
    void answersToOtherRequestsAreRefused() {
        Path answers = folder.resolve("answers.jsonl");
        assertThat(run("--requests", "5", "--distinct", "4", "--record-answers", answers.toString()))
                .isZero();
        assertThat(run("--requests", "5", "--distinct", "4", "--seed", "2", "--verify=" + answers))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("answers in " + answers + ": they are to 4 other requests of model 'scorer'");
    }

    @Test
    void aMixIsReportedByModel() throws IOException {
        Path mix = Files.writeString(
                folder.resolve("mix.json"),
                "{\"models\": [{\"model\": \"large\", \"weight\": 3, \"shapes\": {\"the input\": 7}},"
                        + " {\"model\": \"small\", \"timeout\": \"5s\"}]}");
        try (PlainServer plain = PlainServer.start()) {
            int exit = commandLine(
                    "run",
                    "--target",
                    plain.address(),
                    "--mix",
                    mix.toString(),
                    "--warmup",
                    "0s",
                    "--requests",
                    "400",
                    "--concurrency",
                    "4",
                    "--verify",
                    "--json",
                    "-");
            assertThat(exit).isZero();
            long large = plain.requests().stream()
                    .filter(each -> each.getModelName().equals("large"))
                    .count();
            // 64 of each were asked for their right answers.
            assertThat(large - 64).isBetween(260L, 340L);
            assertThat(plain.requests()).hasSize(528);
            JsonObject first = report().getAsJsonArray("models").get(0).getAsJsonObject();
            assertThat(first.get("name").getAsString()).isEqualTo("large");
            assertThat(first.get("sent").getAsLong()).isEqualTo(large - 64);
            assertThat(report().getAsJsonObject("verify").get("checked").getAsInt())
                    .isEqualTo(400);
            assertThat(err.toString())
                    .contains(
                            "mix        75.0% large: the input INT64[1,7]; 1 row a request, 64 distinct requests in-turn")
                    .contains("requests/s answered within their model's deadline of their time")
                    .containsPattern("\n +small +[0-9]+ +[0-9.,]+ +0 ");
        }
    }

    @Test
    void aDeadlineOfTheMixIsItsModels() throws IOException {
        server.behaving((request, content, reply) -> received.add(content));
        Path mix = Files.writeString(
                folder.resolve("mix.json"), "{\"models\": [{\"model\": \"scorer\", \"timeout\": \"20ms\"}]}");
        String target = server.address();
        assertThat(commandLine("run", "--target", target, "--mix", mix.toString(), "--requests", "1", "--warmup", "0s"))
                .isEqualTo(1);
        assertThat(out.toString()).containsPattern("1 x DEADLINE_EXCEEDED, first: .* after 0\\.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--arrivals constant|--arrivals needs --rate, unless it is a trace (expected: --rate R",
                "--arrivals constant --concurrency 5|--arrivals and --concurrency exclude each other",
                "--arrivals often|Invalid value for option '--arrivals': 'often' is not allowed (expected: poisson",
                "--rate 5,x|Invalid value for option '--rate': 'x' is not a rate",
                "--rate 5:1s --duration 1s|--rate and --duration: the stages of --rate say how long they last",
                "--keys often|'often' is not a choice of keys (expected: in-turn, uniform or zipf(S)",
                "--vocabulary label|'label' is not an input's file (expected: name:FILE",
                "--vocabulary label:/nowhere|--vocabulary /nowhere: there is no such file",
                "--data /nowhere.json|--data /nowhere.json: there is no such file",
                "--data x --distinct 5|--distinct and --data exclude each other",
                "--data x --zero|--zero and --data exclude each other",
                "--mix x|--model and --mix exclude each other: the file says that for each model",
                "--verify=/nowhere|answers in /nowhere: there is no such file",
                "--record-answers /nowhere/at/all|--record-answers: /nowhere/at/all is not allowed"
            })
    void whatCannotBeIsRefused(String options, String message) {
        assertThat(run(options.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(received).isEmpty();
    }

    private JsonObject report() {
        return JsonParser.parseString(out.toString()).getAsJsonObject();
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(
                List.of("run", "--target", server.address(), "--model", FakeServer.MODEL, "--warmup", "0s"));
        all.addAll(Arrays.asList(options));
        return commandLine(all.toArray(String[]::new));
    }

    private int commandLine(String... arguments) {
        return TernBench.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
