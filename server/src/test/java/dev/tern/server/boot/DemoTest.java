package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tern.proto.inference.ModelStatisticsRequest;
import dev.tern.server.boot.assembly.DemoRepository;
import dev.tern.server.boot.commands.TernCommand;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.DemoTowers;
import dev.tern.server.testing.Tensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models that come with the server do what their READMEs say. */
class DemoTest {
    private static final int ROWS_PER_REQUEST = 240;

    @TempDir
    static Path directory;

    private static TestServer server;
    private static List<String[]> heldOut = List.of();

    @BeforeAll
    static void serve() throws IOException {
        Path repository = Files.createDirectory(directory.resolve("repository"));
        server = TestServer.builder(repository)
                .demo()
                .trialLoad(directory.resolve("state"))
                .start();
        heldOut = table("ranker/heldout.csv");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void allAreServedWithoutATrial() {
        assertThat(server.loaded())
                .extracting(ModelIndex::name)
                .containsExactly(
                        "best_items",
                        "encoder",
                        "hash_items",
                        "hash_users",
                        "item_tower",
                        "pair_ranker",
                        "ranker",
                        "recommend",
                        "user_tower");
        assertThat(server.loaded()).allMatch(ModelIndex::allReady);
        assertThat(server.loaded())
                .allSatisfy(
                        model -> assertThat(model.versions().get(0).warnings()).isEmpty());
        assertThat(server.loaded())
                .filteredOn(
                        model -> model.name().equals("ranker") || model.name().equals("encoder"))
                .allSatisfy(model -> assertThat(model.versions().get(0).config())
                        .satisfies(config ->
                                assertThat(config.hasDynamicBatching()).isTrue()));
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void theTowersAreWhatTheCodeMakes() throws IOException {
        for (Map.Entry<String, byte[]> each : DemoTowers.all().entrySet()) {
            try (InputStream file = DemoRepository.open(each.getKey() + "/1/model.onnx")) {
                assertThat(file.readAllBytes()).as(each.getKey()).isEqualTo(each.getValue());
            }
        }
    }

    @Test
    void theEnsembleAnswersWhatItsModelsDoByHand() {
        Tensor user = Tensors.strings("user", Shape.of(1, 1), "alice");
        String[] ids = IntStream.range(0, 300).mapToObj(i -> "item-" + i).toArray(String[]::new);
        Tensor items = Tensors.strings("item", Shape.of(ids.length, 1), ids);
        List<Tensor> answer = Requests.infer(server, "recommend", user, items);

        Tensor userVector = step("user_tower", named("id", step("hash_users", named("id", user))));
        Tensor itemVectors = step("item_tower", named("id", step("hash_items", named("id", items))));
        float[] scores = Tensors.floats(step("pair_ranker", named("user", userVector), named("items", itemVectors)));
        List<Integer> best = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing(i -> -scores[i]))
                .limit(10)
                .toList();
        assertThat(Tensors.strings(answer.get(0)))
                .isEqualTo(best.stream().map(i -> ids[i]).toList());
        assertThat(Tensors.floats(answer.get(1)))
                .containsExactly(floats(best.stream().map(i -> scores[i]).toList()));
    }

    @Test
    void aUsersVectorIsComputedOnceHoweverManyItemsAreRanked() {
        long runs = computed("user_tower");
        long itemRuns = computed("item_tower");
        for (int i = 0; i < 5; i++) {
            Requests.infer(
                    server,
                    "recommend",
                    Tensors.strings("user", Shape.of(1, 1), "bob"),
                    Tensors.strings("item", Shape.of(2, 1), "always", "once-" + i));
        }
        assertThat(computed("user_tower") - runs).isEqualTo(1);
        assertThat(computed("item_tower") - itemRuns).as("rows of items").isEqualTo(6);
    }

    private static Tensor step(String model, Tensor... inputs) {
        return Requests.infer(server, model, inputs).get(0);
    }

    private static Tensor named(String name, Tensor tensor) {
        return new Tensor(name, tensor.type(), tensor.shape(), tensor.data());
    }

    private static float[] floats(List<Float> values) {
        float[] all = new float[values.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(i);
        }
        return all;
    }

    /** Rows that the model itself computed. */
    private static long computed(String model) {
        return server.stub()
                .modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName(model).build())
                .getModelStats(0)
                .getInferenceCount();
    }

    @Test
    void inferShowsTheBestCandidates() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(TernCommand.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute("infer", "--target=127.0.0.1:" + server.grpcPort(), "--repeat=2"))
                .isZero();
        assertThat(err.toString()).isEmpty();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0))
                .isEqualTo("ranker version 1 on 127.0.0.1:" + server.grpcPort()
                        + ": 200 candidates for one user, the best 10");
        assertThat(lines.get(2)).matches("RANK +CANDIDATE +CLICK PROBABILITY *");
        List<Double> scores = lines.subList(3, 13).stream()
                .map(line -> Double.valueOf(line.replaceAll(".*\\) +(0\\.\\d+) .*", "$1")))
                .toList();
        assertThat(scores).isSortedAccordingTo(Comparator.reverseOrder()).allMatch(score -> score > 0 && score < 1);
        assertThat(lines).last().asString().startsWith("latency of the whole call: first ");
    }

    @Test
    void theRankerIsAsGoodAsItsReadmeSays() throws IOException {
        float[] answers = rank(heldOut);

        for (int row = 0; row < answers.length; row++) {
            assertThat(answers[row]).as("row %d", row).isCloseTo(Float.parseFloat(heldOut.get(row)[40]), within(1e-5f));
        }
        assertThat(auc(answers)).isCloseTo(documentedAuc(), within(0.001));
    }

    @Test
    void itsMostImportantFeatureMatters() {
        List<String[]> shuffled = heldOut.stream().map(String[]::clone).toList();
        List<String> d0 = Arrays.asList(heldOut.stream().map(row -> row[1]).toArray(String[]::new));
        Collections.shuffle(d0, new Random(7));
        for (int row = 0; row < d0.size(); row++) {
            shuffled.get(row)[1] = d0.get(row);
        }

        assertThat(auc(rank(shuffled))).isLessThan(auc(rank(heldOut)) - 0.02);
    }

    @Test
    void aRowScoresTheSameAloneAndInABatch() {
        List<String[]> some = heldOut.subList(0, 100);
        float[] together = rank(some);
        for (int row = 0; row < some.size(); row++) {
            assertThat(rank(some.subList(row, row + 1))[0]).as("row %d", row).isCloseTo(together[row], within(1e-5f));
        }
    }

    @Test
    void theEncoderGivesTheEmbeddingsOfItsCases() throws IOException {
        List<String[]> cases = table("encoder/cases.csv");
        assertThat(cases).isNotEmpty();
        for (String[] each : cases) {
            long[] ids = longs(each[1]);
            Tensor answer = Requests.infer(
                            server,
                            "encoder",
                            Tensors.longs("input_ids", Shape.of(1, ids.length), ids),
                            Tensors.longs("attention_mask", Shape.of(1, ids.length), longs(each[2])))
                    .get(0);
            float[] embedding = Tensors.floats(answer);
            String[] expected = each[3].split(" ", -1);
            assertThat(answer.shape()).isEqualTo(Shape.of(1, expected.length));
            for (int i = 0; i < expected.length; i++) {
                assertThat(embedding[i]).isCloseTo(Float.parseFloat(expected[i]), within(1e-5f));
            }
        }
    }

    @Test
    void theEncoderPadsAndNeedsNoMask() throws IOException {
        assertThat(server.loaded())
                .filteredOn(model -> model.name().equals("encoder"))
                .singleElement()
                .satisfies(model -> assertThat(
                                Objects.requireNonNull(model.versions().get(0).config())
                                        .getParametersMap())
                        .containsKeys("tern.batching.pad", "tern.batching.mask"));
        for (String[] each : table("encoder/cases.csv")) {
            if (each[2].contains("0")) {
                continue;
            }
            long[] ids = longs(each[1]);
            float[] embedding = Tensors.floats(
                    Requests.infer(server, "encoder", Tensors.longs("input_ids", Shape.of(1, ids.length), ids))
                            .get(0));
            String[] expected = each[3].split(" ", -1);
            for (int i = 0; i < expected.length; i++) {
                assertThat(embedding[i]).isCloseTo(Float.parseFloat(expected[i]), within(1e-5f));
            }
        }
    }

    private static long[] longs(String text) {
        return Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }

    private static float[] rank(List<String[]> rows) {
        float[] answers = new float[rows.size()];
        for (int from = 0; from < rows.size(); from += ROWS_PER_REQUEST) {
            List<String[]> part = rows.subList(from, Math.min(rows.size(), from + ROWS_PER_REQUEST));
            float[] dense = new float[13 * part.size()];
            long[] categorical = new long[26 * part.size()];
            for (int i = 0; i < dense.length; i++) {
                dense[i] = Float.parseFloat(part.get(i / 13)[1 + i % 13]);
            }
            for (int i = 0; i < categorical.length; i++) {
                categorical[i] = Long.parseLong(part.get(i / 26)[14 + i % 26]);
            }
            Tensor answer = Requests.infer(
                            server,
                            "ranker",
                            Tensors.longs("categorical", Shape.of(part.size(), 26), categorical),
                            Tensors.floats("dense", Shape.of(part.size(), 13), dense))
                    .get(0);
            System.arraycopy(Tensors.floats(answer), 0, answers, from, part.size());
        }
        return answers;
    }

    /** The share of pairs of a click and none in which the click scores higher; no two of these scores are equal. */
    private static double auc(float[] scores) {
        List<Integer> ascending = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> scores[row]))
                .toList();
        long clicks = 0;
        long others = 0;
        long ordered = 0;
        for (int row : ascending) {
            if (heldOut.get(row)[0].equals("1")) {
                clicks++;
                ordered += others;
            } else {
                others++;
            }
        }
        return (double) ordered / (clicks * others);
    }

    private static double documentedAuc() throws IOException {
        try (BufferedReader readme = read("ranker/README.md")) {
            return readme.lines()
                    .filter(line -> line.startsWith("| the model |"))
                    .map(line -> line.split("\\|", -1)[2].strip())
                    .mapToDouble(Double::parseDouble)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static List<String[]> table(String file) throws IOException {
        try (BufferedReader reader = read(file)) {
            return reader.lines().skip(1).map(line -> line.split(",", -1)).toList();
        }
    }

    private static BufferedReader read(String file) throws IOException {
        return new BufferedReader(new InputStreamReader(DemoRepository.open(file), StandardCharsets.UTF_8));
    }
}
