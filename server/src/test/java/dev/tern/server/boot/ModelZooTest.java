package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.tern.proto.inference.ModelMetadataRequest;
import dev.tern.proto.inference.ModelMetadataResponse;
import dev.tern.proto.inference.ModelMetadataResponse.TensorMetadata;
import dev.tern.proto.inference.ModelReadyRequest;
import dev.tern.proto.inference.ServerLiveRequest;
import dev.tern.server.engine.SampleRows;
import dev.tern.server.repository.ModelIndex;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.testing.DirectRun;
import dev.tern.server.testing.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model of the zoo is served with its reference answers, or refused with a reason, by one real server. */
class ModelZooTest {
    /** The index was made on another machine and with a newer ONNX Runtime. */
    private static final double SLACK = 1.5;

    private static final double ROUNDING = 2e-6;
    private static final boolean MULTIPLIES_BYTES_EXACTLY = multipliesBytesExactly();

    @TempDir
    static Path directory;

    private static ModelZoo zoo;
    private static TestServer server;

    @BeforeAll
    static void serveAll() throws IOException {
        Optional<ModelZoo> found = ModelZoo.find();
        if (found.isEmpty()) {
            String absent = "ModelZooTest: the models are not there (property tern.models or variable TERN_MODELS)";
            if (ModelZoo.isRequired()) {
                Assertions.fail(absent + ", but TERN_REQUIRE asks for them");
            }
            Assumptions.abort(absent);
        }
        zoo = found.orElseThrow();
        zoo.copyTo(directory.resolve("repository"));
        server = TestServer.builder(directory.resolve("repository"))
                .strictReadiness(false)
                .defaultMaxBatchSize(4096)
                .start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    static List<String> servable() throws IOException {
        return zoo.models().stream().filter(zoo::isServable).toList();
    }

    static List<String> unservable() throws IOException {
        return zoo.models().stream().filter(model -> !zoo.isServable(model)).toList();
    }

    static Stream<Arguments> references() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (String model : servable()) {
            for (Path dataSet : zoo.references(model)) {
                all.add(Arguments.of(model, dataSet.getFileName().toString()));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("servable")
    void answersSampleRows(String model) {
        ModelMetadataResponse metadata = metadata(model);
        List<TensorSpec> inputs =
                metadata.getInputsList().stream().map(ModelZooTest::spec).toList();

        List<Tensor> outputs = Requests.infer(
                server,
                ModelZoo.servedName(model),
                SampleRows.trials(inputs, 1).get(0).get(0));

        for (int i = 0; i < outputs.size(); i++) {
            TensorSpec declared = spec(metadata.getOutputs(i));
            assertThat(outputs.get(i).name()).isEqualTo(declared.name());
            assertThat(declared.shape().accepts(outputs.get(i).shape()))
                    .as(
                            "%s has shape %s, declared %s",
                            declared.name(), outputs.get(i).shape(), declared.shape())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("references")
    void givesTheReferenceAnswer(String model, String dataSet) throws Exception {
        Path folder = zoo.file(model).resolveSibling(dataSet);
        ModelMetadataResponse metadata = metadata(model);
        List<Tensor> inputs = served(ZooData.tensors(folder, "input"), metadata.getInputsList());
        List<Tensor> expected = served(ZooData.tensors(folder, "output"), metadata.getOutputsList());

        List<Tensor> outputs = Requests.infer(server, ModelZoo.servedName(model), inputs);

        assertThat(expected).isNotEmpty();
        if (model.contains("_int8_") && !MULTIPLIES_BYTES_EXACTLY) {
            expected = served(direct(model, inputs, metadata.getOutputsList()), metadata.getOutputsList());
        }
        for (Tensor each : expected) {
            Tensor output = outputs.stream()
                    .filter(candidate -> candidate.name().equals(each.name()))
                    .findFirst()
                    .orElseThrow();
            assertClose(output, each, SLACK * zoo.distanceToReference(model) + ROUNDING);
        }
    }

    /** What ONNX Runtime itself answers here. */
    private static List<Tensor> direct(String model, List<Tensor> inputs, List<TensorMetadata> outputs)
            throws IOException, OrtException {
        Map<String, DataType> types =
                outputs.stream().map(ModelZooTest::spec).collect(Collectors.toMap(TensorSpec::name, TensorSpec::type));
        try (DirectRun run = new DirectRun(Files.readAllBytes(zoo.file(model)))) {
            return run.run(inputs, types);
        }
    }

    /**
     * ONNX Runtime's products of bytes overflow 16 bits on x86 processors without VNNI, and models that were quantized
     * without regard to that answer something else there (ONNX Runtime's guide to quantization, on U8S8 saturation).
     */
    private static boolean multipliesBytesExactly() {
        try {
            return !System.getProperty("os.arch").equals("amd64")
                    || Files.readString(Path.of("/proc/cpuinfo")).contains("vnni");
        } catch (IOException e) {
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("unservable")
    void refusesWithAReason(String model) {
        ModelIndex index = server.loaded().stream()
                .filter(each -> each.name().equals(ModelZoo.servedName(model)))
                .findFirst()
                .orElseThrow();
        Map<String, String> reasons = Map.of(
                "behaviour/bad/custom_domain_op.onnx", "com.example.recsys:HashAndCross(-1) is not a registered",
                "behaviour/bad/empty.onnx", "is empty (0 bytes)",
                "behaviour/bad/opset_99.onnx", "Opset 99 is under development",
                "behaviour/bad/text.onnx", "is not an ONNX model, or only part of one (6 bytes)",
                "behaviour/bad/truncated_60pct.onnx", "is not an ONNX model, or only part of one (15872 bytes)",
                "tree/sklearn_rf_zipmap/sklearn_randomforest.onnx", "output 'output_probability' is a sequence");

        assertThat(index.allReady()).isFalse();
        assertThat(index.versions().get(0).reason())
                .isNotBlank()
                .doesNotContain(directory.toString())
                .doesNotContain("onnxruntime_src")
                .contains(reasons.get(model));
    }

    @Test
    void onlyModelsWhoseRowsAnswerForThemselvesAreBatched() {
        Map<String, String> warned = new TreeMap<>();
        for (ModelIndex model : server.loaded()) {
            model.versions()
                    .forEach(version -> version.warnings()
                            .forEach(warning -> warned.put(model.name(), warning.substring(0, warning.indexOf(':')))));
        }
        assertThat(warned)
                .isEqualTo(Map.of(
                        "behaviour-batch_spy", "not batched",
                        "behaviour-slow_loop_row_iters", "not batched",
                        "rec-bank_dlrm-bank_dlrm_int8_dynamic", "not row-wise",
                        "rec-deepfm_26x10k-deepfm_int8_dynamic", "not row-wise",
                        "rec-sasrec-sasrec_int8_dynamic", "not row-wise",
                        "text-sms_spam-sms_spam_int8_dynamic", "not row-wise"));
    }

    @Test
    void theServerStaysUp() {
        assertThat(server.stub()
                        .serverLive(ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(server.stub()
                        .modelReady(
                                ModelReadyRequest.newBuilder().setName("simple").build())
                        .getReady())
                .isTrue();
    }

    @Test
    void clickModelGivesTheTorchNumbersOnHeldOutRows() throws IOException {
        Path data = zoo.file("rec/deepfm_26x10k/heldout_first8192.npz");
        double[] ids = ZooData.numpy(data, "cat");
        double[] dense = ZooData.numpy(data, "dense");
        double[] expected = ZooData.numpy(data, "torch_fp32_prob");
        int rows = 4096;
        for (int from = 0; from < expected.length; from += rows) {
            float[] answer = Tensors.floats(Requests.infer(
                            server,
                            "rec-deepfm_26x10k-deepfm_fp32",
                            longs("cat", rows, 26, ids, from),
                            floats("dense", rows, 13, dense, from))
                    .get(0));
            for (int i = 0; i < rows; i++) {
                assertThat((double) answer[i]).as("row %d", from + i).isCloseTo(expected[from + i], within(2e-6));
            }
        }
    }

    @Test
    void sequentialRecommenderGivesTheTorchNumbersOnHeldOutRows() throws IOException {
        Path data = zoo.file("rec/sasrec/sasrec_heldout.npz");
        double[] expected = ZooData.numpy(data, "torch_fp32_scores");
        float[] answer = Tensors.floats(Requests.infer(
                        server,
                        "rec-sasrec-sasrec_fp32",
                        longs("items", 1024, 50, ZooData.numpy(data, "items"), 0),
                        longs("candidates", 1024, 100, ZooData.numpy(data, "candidates"), 0))
                .get(0));
        for (int i = 0; i < answer.length; i++) {
            assertThat((double) answer[i]).as("score %d", i).isCloseTo(expected[i], within(1e-5));
        }
    }

    @Test
    void bankModelGivesTheScoresOfItsTable() throws IOException {
        List<String[]> table = table("rec/bank_dlrm/bank_heldout_encoded.csv");
        double[] dense = columns(table, 0, 9);
        double[] sparse = columns(table, 9, 19);
        ByteBuffer ids = ByteBuffer.allocate(sparse.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(sparse).forEach(id -> ids.putInt((int) id));

        float[] scores = Tensors.floats(Requests.infer(
                        server,
                        "rec-bank_dlrm-bank_dlrm_fp32",
                        floats("dense", table.size(), 9, dense, 0),
                        Tensors.raw("sparse", DataType.INT32, Shape.of(table.size(), 10), ids.array()))
                .get(0));

        assertThat(scores).hasSize(1999);
        for (int i = 0; i < scores.length; i++) {
            assertThat(scores[i]).as("row %d", i).isCloseTo(Float.parseFloat(table.get(i)[20]), within(2e-6f));
        }
    }

    @Test
    void modelOfTextsGivesTheProbabilitiesOfItsTable() throws IOException {
        List<String[]> table = table("rec/adult_wide_deep_strings/adult_heldout.csv");
        String[] header = Files.readAllLines(zoo.file("rec/adult_wide_deep_strings/adult_heldout.csv"))
                .get(0)
                .split(",", -1);
        List<Tensor> inputs = new ArrayList<>();
        for (int column = 0; column < 14; column++) {
            inputs.add(
                    column < 8
                            ? Tensors.strings(header[column], Shape.of(table.size(), 1), text(table, column))
                            : floats(header[column], table.size(), 1, columns(table, column, column + 1), 0));
        }

        float[] probabilities =
                Tensors.floats(Requests.infer(server, "rec-adult_wide_deep_strings-adult_wide_deep_strings", inputs)
                        .get(0));

        assertThat(probabilities).hasSize(4000);
        for (int i = 0; i < probabilities.length; i++) {
            assertThat(probabilities[i]).as("row %d", i).isCloseTo(Float.parseFloat(table.get(i)[15]), within(2e-6f));
        }
    }

    @Test
    void digitsAreReadAsWellAsTheIndexSays() throws IOException {
        byte[] pixels = ZooData.mnist(zoo.file("data/mnist/t10k-first1000-images-idx3-ubyte"), 16);
        byte[] labels = ZooData.mnist(zoo.file("data/mnist/t10k-first1000-labels-idx1-ubyte"), 8);
        int right = 0;
        for (int digit = 0; digit < labels.length; digit++) {
            float[] image = new float[784];
            for (int i = 0; i < image.length; i++) {
                image[i] = Byte.toUnsignedInt(pixels[784 * digit + i]);
            }
            Tensor input = Tensors.floats("Input3", Shape.of(1, 1, 28, 28), image);
            Tensor answer =
                    Requests.infer(server, "vision-mnist8-mnist-8", input).get(0);
            right += argmax(Tensors.floats(answer), 0, 10) == labels[digit] ? 1 : 0;
        }
        assertThat(right).isEqualTo(987);
    }

    @Test
    void fileTypesAreToldApart() throws IOException {
        Path folder = zoo.file("misc/magika_v3_3/labelled");
        float[] labels = Tensors.floats(ZooData.tensor(folder.resolve("label.pb")));
        float[] answer = Tensors.floats(
                Requests.infer(server, "misc-magika_v3_3-model", ZooData.tensor(folder.resolve("input_0.pb")))
                        .get(0));
        for (int row = 0; row < labels.length; row++) {
            assertThat(argmax(answer, 214 * row, 214)).as("row %d", row).isEqualTo((int) labels[row]);
        }
    }

    private static ModelMetadataResponse metadata(String model) {
        return server.stub()
                .modelMetadata(ModelMetadataRequest.newBuilder()
                        .setName(ModelZoo.servedName(model))
                        .build());
    }

    private static TensorSpec spec(TensorMetadata tensor) {
        Shape shape = Shape.of(
                tensor.getShapeList().stream().mapToLong(Long::longValue).toArray());
        return new TensorSpec(tensor.getName(), DataType.valueOf(tensor.getDatatype()), shape);
    }

    /**
     * As the server takes and gives them. Old test data has no names: its tensors are in the model's order. A model's
     * [batch] is [batch,1] to clients of a batching server, as with Triton.
     */
    private static List<Tensor> served(List<Tensor> tensors, List<TensorMetadata> declared) {
        List<Tensor> served = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            String name = tensor.name().isEmpty() ? declared.get(i).getName() : tensor.name();
            int rank = declared.stream()
                    .filter(each -> each.getName().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .getShapeCount();
            Shape shape = rank == 2 && tensor.shape().rank() == 1
                    ? Shape.of(tensor.shape().dim(0), 1)
                    : tensor.shape();
            served.add(new Tensor(name, tensor.type(), shape, tensor.data()));
        }
        return served;
    }

    private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).as(actual.name()).isEqualTo(expected.shape());
        if (actual.type() == DataType.FP32) {
            assertThat(Tensors.floats(actual))
                    .as(actual.name())
                    .usingComparatorWithPrecision((float) tolerance)
                    .containsExactly(Tensors.floats(expected));
        } else if (actual.type() == DataType.FP16) {
            assertThat(Tensors.halves(actual))
                    .as(actual.name())
                    .usingComparatorWithPrecision((float) tolerance)
                    .containsExactly(Tensors.halves(expected));
        } else {
            assertThat(Tensors.bytes(actual)).as(actual.name()).isEqualTo(Tensors.bytes(expected));
        }
    }

    private static int argmax(float[] values, int from, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = values[from + i] > values[from + best] ? i : best;
        }
        return best;
    }

    private static List<String[]> table(String file) throws IOException {
        return Files.readAllLines(zoo.file(file)).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .toList();
    }

    private static String[] text(List<String[]> table, int column) {
        return table.stream().map(row -> row[column]).toArray(String[]::new);
    }

    private static double[] columns(List<String[]> table, int from, int to) {
        return table.stream()
                .flatMap(row -> Arrays.stream(row, from, to))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static Tensor floats(String name, int rows, int columns, double[] values, int fromRow) {
        float[] part = new float[rows * columns];
        for (int i = 0; i < part.length; i++) {
            part[i] = (float) values[fromRow * columns + i];
        }
        return Tensors.floats(name, Shape.of(rows, columns), part);
    }

    private static Tensor longs(String name, int rows, int columns, double[] values, int fromRow) {
        long[] part = new long[rows * columns];
        for (int i = 0; i < part.length; i++) {
            part[i] = (long) values[fromRow * columns + i];
        }
        return Tensors.longs(name, Shape.of(rows, columns), part);
    }
}
