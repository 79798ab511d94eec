package dev.tern.server.boot.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.admission.InputContract;
import dev.tern.server.admission.ModelContract;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.repository.VersionLoadException;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    private static final String BOTH =
            " inputs { key: 'word' value { data_type: TYPE_STRING dims: 1 zero_data: true } }"
                    + " inputs { key: 'x' value { data_type: TYPE_FP32 dims: 2 %s } }";

    @TempDir
    Path directory;

    private final Recording instance = new Recording();
    private Shape dimsOfX = Shape.of(2);

    @Test
    void samplesRunAsOftenAsAskedWithTheirRows() throws Exception {
        run(
                "name: 'a' batch_size: 3 count: 2" + BOTH.formatted("zero_data: true"),
                "name: 'skipped' batch_size: 0" + BOTH.formatted("zero_data: true"),
                "name: 'b' batch_size: 1" + BOTH.formatted("zero_data: true"));

        assertThat(instance.items).extracting(BatchItem::rows).containsExactly(3, 3, 1);
        List<Tensor> inputs = instance.items.get(0).inputs();
        assertThat(inputs).extracting(Tensor::name).containsExactly("x", "word");
        assertThat(inputs).extracting(Tensor::shape).containsExactly(Shape.of(3, 2), Shape.of(3));
        assertThat(Tensors.floats(inputs.get(0))).containsOnly(0).hasSize(6);
        assertThat(Tensors.strings(inputs.get(1))).containsExactly("", "", "");
    }

    @Test
    void randomDataIsTheSameAtEveryStart() throws Exception {
        run("name: 'a' batch_size: 1" + BOTH.formatted("random_data: true"));
        run("name: 'a' batch_size: 1" + BOTH.formatted("random_data: true"));

        byte[] first = Tensors.bytes(instance.items.get(0).inputs().get(0));
        assertThat(first).isNotEqualTo(new byte[8]);
        assertThat(Tensors.bytes(instance.items.get(1).inputs().get(0))).isEqualTo(first);
    }

    @Test
    void aFilesDataIsRepeatedForEachRow() throws Exception {
        file("numbers", Tensors.bytes(Tensors.floats("", Shape.of(2), 1.5f, -2)));
        file("words", Tensors.bytes(Tensors.strings("", Shape.of(1), "\u00e9t\u00e9")));
        run("name: 'a' batch_size: 2"
                + " inputs { key: 'x' value { data_type: TYPE_FP32 dims: 2 input_data_file: 'numbers' } }"
                + " inputs { key: 'word' value { data_type: TYPE_STRING dims: 1 input_data_file: 'words' } }");

        List<Tensor> inputs = instance.items.get(0).inputs();
        assertThat(Tensors.floats(inputs.get(0))).containsExactly(1.5f, -2, 1.5f, -2);
        assertThat(Tensors.strings(inputs.get(1))).containsExactly("\u00e9t\u00e9", "\u00e9t\u00e9");
    }

    @Test
    void whatIsWrongWithASampleIsSaid() throws Exception {
        file("three", new byte[3]);
        file("two words", Tensors.bytes(Tensors.strings("", Shape.of(2), "a", "b")));

        assertFails(BOTH.formatted("input_data_file: 'none'"), ", input 'x': the file warmup/none cannot be read");
        assertFails(
                BOTH.formatted("input_data_file: 'three'"),
                ", input 'x': the file warmup/three has 3 bytes, expected 8");
        assertFails(
                " inputs { key: 'x' value { data_type: TYPE_FP32 dims: 2 zero_data: true } }"
                        + " inputs { key: 'word' value { data_type: TYPE_STRING dims: 1 input_data_file: 'two words' } }",
                " does not fit the model: unexpected number of string elements 2 for inference input 'word' for model"
                        + " 'm', expecting 1");
        assertFails(
                " inputs { key: 'word' value { data_type: TYPE_STRING dims: 1 zero_data: true } }"
                        + " inputs { key: 'x' value { data_type: TYPE_INT64 dims: 2 zero_data: true } }",
                " does not fit the model: inference input 'x' data-type is 'INT64', but model 'm' expects 'FP32'");
        assertFails(
                " inputs { key: 'word' value { data_type: TYPE_STRING dims: 1 zero_data: true } }"
                        + " inputs { key: 'x' value { data_type: TYPE_FP32 dims: 3 zero_data: true } }",
                " does not fit the model: unexpected shape for input 'x' for model 'm'. Expected [-1,2], got [1,3]");
        assertFails(
                BOTH.formatted("zero_data: true")
                        + " inputs { key: 'y' value { data_type: TYPE_FP32 dims: 2 zero_data: true } }",
                " does not fit the model: expected 2 inputs but got 3 inputs for model 'm'");
        assertFails(
                " inputs { key: 'x' value { data_type: TYPE_FP32 dims: 2 zero_data: true } }",
                " does not fit the model: expected 2 inputs but got 1 inputs for model 'm'");
        assertThat(instance.items).isEmpty();
    }

    @Test
    void aRunThatFailsNamesTheSample() {
        instance.failure = "onnx runtime error 6: no";
        assertFails(BOTH.formatted("zero_data: true"), " fails: onnx runtime error 6: no");
    }

    @Test
    void theProbeGetsRowsOfOneShapeTogetherAndCopiesOfTheFirst() throws Exception {
        dimsOfX = Shape.of(-1);
        List<List<List<Tensor>>> trials = warmUp(
                        sample("a", "x", 2), sample("b", "x", 5), sample("c", "x", 2), sample("d", "x", 2))
                .trials(10);

        assertThat(trials).extracting(List::size).containsExactly(4, 3);
        assertThat(trials.get(0))
                .allSatisfy(row -> assertThat(row.get(0).shape()).isEqualTo(Shape.of(1, 2)));
        assertThat(trials.get(0).get(3)).isSameAs(trials.get(0).get(0));
        assertThat(trials.get(1))
                .allSatisfy(row -> assertThat(row.get(0).shape()).isEqualTo(Shape.of(1, 5)));
        assertThat(warmUp(sample("a", "x", 2)).trials(2)).extracting(List::size).containsExactly(2);
    }

    private static String sample(String name, String input, int length) {
        return "name: '" + name + "' batch_size: 1 inputs { key: '" + input
                + "' value { data_type: TYPE_FP32 zero_data: true dims: " + length + " } }"
                + " inputs { key: 'word' value { data_type: TYPE_STRING dims: 1 zero_data: true } }";
    }

    private void assertFails(String inputs, String message) {
        assertThatThrownBy(() -> run("name: 's' batch_size: 1" + inputs))
                .isInstanceOf(VersionLoadException.class)
                .hasMessageStartingWith("warm-up sample 's'" + message)
                .hasMessageNotContaining(directory.toString());
    }

    private void run(String... samples) throws Exception {
        warmUp(samples).run(instance, new MeasuredRuns(new RunTiming(Effort.FULL, () -> 0), List.of(), 1));
    }

    /** Of a model that takes {@code x FP32} and {@code word BYTES [batch]}, to clients [batch,1]. */
    private WarmUp warmUp(String... samples) throws Exception {
        ModelConfig.Builder config = ModelConfig.newBuilder().setName("m").setMaxBatchSize(8);
        for (String sample : samples) {
            TextFormat.merge(sample, config.addModelWarmupBuilder());
        }
        ModelContract contract = new ModelContract(
                "m",
                8,
                List.of(
                        new InputContract("x", DataType.FP32, dimsOfX, null, false),
                        new InputContract("word", DataType.BYTES, Shape.of(1), Shape.of(), false)),
                List.of());
        return new WarmUp(config.build(), contract, directory);
    }

    private void file(String name, byte[] content) throws Exception {
        Files.createDirectories(directory.resolve("warmup"));
        Files.write(directory.resolve("warmup").resolve(name), content);
    }

    /** Keeps what it was given. */
    private static final class Recording implements Instance {
        private final List<BatchItem> items = new ArrayList<>();
        private String failure = "";

        @Override
        public List<List<Tensor>> run(List<BatchItem> batch) throws EngineException {
            if (!failure.isEmpty()) {
                throw new EngineException(failure);
            }
            items.addAll(batch);
            return List.of(List.of());
        }

        @Override
        public void close() {}
    }
}
