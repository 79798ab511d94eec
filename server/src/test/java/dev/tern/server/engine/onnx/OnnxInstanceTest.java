package dev.tern.server.engine.onnx;

import static dev.tern.server.engine.onnx.Engines.item;
import static dev.tern.server.testing.Tensors.floats;
import static dev.tern.server.testing.Tensors.longs;
import static dev.tern.server.testing.Tensors.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.RunPhases;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxInstanceTest {
    @TempDir
    Path directory;

    private final List<List<List<Tensor>>> answers = new ArrayList<>();
    private long slabs;

    @BeforeEach
    void countSlabs() {
        slabs = Slab.live();
    }

    @AfterEach
    void nothingIsLeft() {
        answers.forEach(Tensors::release);
        assertThat(Slab.live()).as("slabs with references").isEqualTo(slabs);
    }

    @Test
    void itemsAreJoinedAndCutApartByTheirRows() throws Exception {
        try (Instance instance = open(OnnxModels.twoOutputs())) {
            List<List<Tensor>> outputs = run(
                    instance, item(1, rows(1, 1)), item(3, rows(3, 10)), item(0, rows(0, 0)), item(2, rows(2, 100)));

            assertThat(outputs)
                    .allSatisfy(
                            each -> assertThat(each).extracting(Tensor::name).containsExactly("negated", "total"));
            assertThat(outputs)
                    .extracting(each -> each.get(0).shape())
                    .containsExactly(Shape.of(1, 4), Shape.of(3, 4), Shape.of(0, 4), Shape.of(2, 4));
            assertThat(floats(outputs.get(0).get(0))).containsExactly(-1, -2, -3, -4);
            assertThat(floats(outputs.get(1).get(0)))
                    .containsExactly(-10, -11, -12, -13, -14, -15, -16, -17, -18, -19, -20, -21);
            assertThat(floats(outputs.get(2).get(0))).isEmpty();
            assertThat(floats(outputs.get(3).get(0))).containsExactly(-100, -101, -102, -103, -104, -105, -106, -107);
            assertThat(floats(outputs.get(0).get(1))).containsExactly(10);
            assertThat(floats(outputs.get(1).get(1))).containsExactly(46, 62, 78);
            assertThat(floats(outputs.get(3).get(1))).containsExactly(406, 422);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
    void everyTypeTravelsBitForBit(DataType type) throws Exception {
        byte[] first = bits(type, 3, 1);
        byte[] second = bits(type, 6, 7);
        try (Instance instance = open(OnnxModels.identity(type))) {
            // Often enough to see both ways of getting outputs.
            for (int i = 0; i < 5; i++) {
                List<List<Tensor>> outputs = run(
                        instance,
                        item(1, Tensors.raw("x", type, Shape.of(1, 3), first)),
                        item(2, Tensors.raw("x", type, Shape.of(2, 3), second)));
                assertThat(outputs.get(0).get(0).type()).isEqualTo(type);
                assertThat(Tensors.bytes(outputs.get(0).get(0))).isEqualTo(first);
                assertThat(Tensors.bytes(outputs.get(1).get(0))).isEqualTo(second);
            }
        }
    }

    @Test
    void textsTravelWithTheirRows() throws Exception {
        try (Instance instance = open(OnnxModels.identity(DataType.BYTES, "batch", 2))) {
            List<List<Tensor>> outputs = run(
                    instance,
                    item(1, strings("x", Shape.of(1, 2), "", "\u00e9")),
                    item(2, strings("x", Shape.of(2, 2), "a", "b c", "\u4e2d", "a long one")));

            assertThat(strings(outputs.get(0).get(0))).containsExactly("", "\u00e9");
            assertThat(strings(outputs.get(1).get(0))).containsExactly("a", "b c", "\u4e2d", "a long one");
            assertThat(outputs.get(1).get(0).shape()).isEqualTo(Shape.of(2, 2));
        }
    }

    @Test
    void textsInAndOutOfOneDimension() throws Exception {
        try (Instance ids = open(OnnxModels.stringVocabulary());
                Instance labels = open(OnnxModels.stringLabels("cat", "dog"))) {
            assertThat(longs(run(ids, item(3, strings("word", Shape.of(3), "z", "a", "no")))
                            .get(0)
                            .get(0)))
                    .containsExactly(3, 0, -1);
            assertThat(strings(run(labels, item(3, longs("id", Shape.of(3), 1, 0, 7)))
                            .get(0)
                            .get(0)))
                    .containsExactly("dog", "cat", "?");
            assertThat(strings(run(labels, item(0, longs("id", Shape.of(0))))
                            .get(0)
                            .get(0)))
                    .isEmpty();
        }
    }

    @Test
    void aTextThatCannotBePassedFailsAndTheNextRunWorks() throws Exception {
        try (Instance instance = open(OnnxModels.stringVocabulary())) {
            assertThatThrownBy(() -> run(
                            instance,
                            item(1, strings("word", Shape.of(1), "a")),
                            item(1, strings("word", Shape.of(1), "\uD83D\uDE00"))))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("input 'word'");
            assertThat(longs(run(instance, item(1, strings("word", Shape.of(1), "z")))
                            .get(0)
                            .get(0)))
                    .containsExactly(3);
        }
    }

    @Test
    void scalarsAreOneValueWithoutDimensions() throws Exception {
        byte[] model = OnnxGraph.named("scalars")
                .input("x", TensorProto.DataType.FLOAT, "batch", 4)
                .input("scale", TensorProto.DataType.FLOAT)
                .output("total", TensorProto.DataType.FLOAT)
                .node("Mul", List.of("x", "scale"), "y")
                .node("ReduceSum", "y", "total", OnnxGraph.attribute("keepdims", 0))
                .bytes();
        try (Instance instance = open(model)) {
            Tensor total = run(instance, item(1, rows(1, 1), floats("scale", Shape.of(), 10)))
                    .get(0)
                    .get(0);
            assertThat(total.shape()).isEqualTo(Shape.of());
            assertThat(floats(total)).containsExactly(100);
        }
    }

    @Test
    void aTextScalarIsOneElement() throws Exception {
        try (Instance instance = open(OnnxModels.identity(DataType.BYTES, new Object[0]))) {
            assertThat(strings(run(instance, item(1, strings("x", Shape.of(), "one")))
                            .get(0)
                            .get(0)))
                    .containsExactly("one");
        }
    }

    @Test
    void eachItemGetsTheOutputsItAskedForInItsOrder() throws Exception {
        try (Instance instance = open(OnnxModels.twoOutputs())) {
            for (int i = 0; i < 5; i++) {
                List<List<Tensor>> outputs = run(
                        instance,
                        new BatchItem(1, List.of(rows(1, 1)), List.of("total", "negated")),
                        new BatchItem(1, List.of(rows(1, 5)), List.of("total")),
                        item(1, rows(1, 9)));

                assertThat(outputs.get(0)).extracting(Tensor::name).containsExactly("total", "negated");
                assertThat(outputs.get(1)).extracting(Tensor::name).containsExactly("total");
                assertThat(outputs.get(2)).extracting(Tensor::name).containsExactly("negated", "total");
                assertThat(floats(outputs.get(1).get(0))).containsExactly(26);
            }
        }
    }

    @Test
    void inputsMayComeInAnyOrder() throws Exception {
        try (Instance instance = open(OnnxModels.simple())) {
            Tensor first = Tensors.raw("INPUT0", DataType.INT32, Shape.of(1, 16), new byte[64]);
            Tensor second = Tensors.raw("INPUT1", DataType.INT32, Shape.of(1, 16), bits(DataType.INT32, 16, 3));

            assertThat(Tensors.bytes(
                            run(instance, item(1, second, first)).get(0).get(0)))
                    .isEqualTo(Tensors.bytes(second));
        }
    }

    @Test
    void anOptionalInputTakesItsDefaultWhereItIsLeftOut() throws Exception {
        try (OnnxEngine engine = Engines.open(directory, OnnxModels.optionalInput(), "bias");
                Instance instance = engine.newInstance()) {
            Tensor bias = floats("bias", Shape.of(4), 10, 20, 30, 40);

            assertThat(floats(run(instance, item(1, rows(1, 0))).get(0).get(0))).containsExactly(1, 3, 5, 7);
            assertThat(floats(run(instance, item(1, rows(1, 0), bias)).get(0).get(0)))
                    .containsExactly(10, 21, 32, 43);
            assertThat(floats(run(instance, item(1, rows(1, 0))).get(0).get(0))).containsExactly(1, 3, 5, 7);
        }
    }

    @Test
    void shapesMayChangeFromRunToRun() throws Exception {
        try (Instance instance = open(OnnxModels.variableLengthSum())) {
            for (int length : new int[] {3, 0, 1000, 3, 40_000, 1}) {
                Tensor sum = run(instance, item(2, floats("x", Shape.of(2, length), ones(2 * length))))
                        .get(0)
                        .get(0);
                assertThat(floats(sum)).containsExactly(length, length);
            }
        }
    }

    @Test
    void zeroRowsAlone() throws Exception {
        try (Instance instance = open(OnnxModels.twoOutputs())) {
            for (int i = 0; i < 5; i++) {
                List<Tensor> outputs = run(instance, item(0, rows(0, 0))).get(0);
                assertThat(outputs).extracting(Tensor::shape).containsExactly(Shape.of(0, 4), Shape.of(0, 1));
            }
        }
    }

    @Test
    void aFailedRunIsWordedAsTritonDoesAndLeavesTheInstanceUsable() throws Exception {
        try (Instance instance = open(OnnxModels.gatherBadId())) {
            assertThatThrownBy(() -> run(
                            instance,
                            item(1, longs("id", Shape.of(1, 1), 1)),
                            item(1, longs("id", Shape.of(1, 1), 99))))
                    .isInstanceOf(EngineException.class)
                    .hasMessageMatching("onnx runtime error \\d+: Non-zero status code returned while running Gather"
                            + " node.*out of data bounds.*")
                    .hasMessageNotContaining("onnxruntime_src")
                    .hasMessageNotContaining(".cc");
            assertThat(floats(run(instance, item(1, longs("id", Shape.of(1, 1), 1)))
                            .get(0)
                            .get(0)))
                    .containsExactly(4, 5, 6, 7);
        }
    }

    @Test
    void anOutputThatCannotBeCutIsNamed() throws Exception {
        try (Instance instance = open(OnnxModels.reduceOverBatch())) {
            assertThatThrownBy(() -> run(instance, item(1, rows(1, 1)), item(2, rows(2, 1))))
                    .hasMessage("output 'y' has shape [4] for 3 rows and cannot be divided among 2 requests");
            assertThat(floats(run(instance, item(2, rows(2, 0))).get(0).get(0))).containsExactly(2, 3, 4, 5);
        }
    }

    @Test
    void phasesAreToldInOrder() throws Exception {
        List<String> told = new ArrayList<>();
        RunPhases phases = new RunPhases() {
            @Override
            public void gathered() {
                told.add("gathered");
            }

            @Override
            public void computed() {
                told.add("computed");
            }
        };
        try (Instance instance = open(OnnxModels.twoOutputs())) {
            // Often enough to see both ways of getting outputs.
            for (int i = 1; i <= 5; i++) {
                answers.add(instance.run(List.of(item(1, rows(1, 1))), phases));
                assertThat(told).hasSize(2 * i).endsWith("gathered", "computed");
            }
        }
    }

    private Instance open(byte[] onnx) throws Exception {
        try (OnnxEngine engine = Engines.open(directory, onnx)) {
            return engine.newInstance();
        }
    }

    private List<List<Tensor>> run(Instance instance, BatchItem... batch) throws EngineException {
        List<List<Tensor>> outputs = instance.run(List.of(batch));
        answers.add(outputs);
        return outputs;
    }

    /** {@code x [rows,4]} of whole numbers that count up from {@code from}. */
    private static Tensor rows(int rows, int from) {
        float[] values = new float[4 * rows];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + i;
        }
        return floats("x", Shape.of(rows, 4), values);
    }

    private static float[] ones(int count) {
        float[] values = new float[count];
        Arrays.fill(values, 1);
        return values;
    }

    private static byte[] bits(DataType type, int elements, int seed) {
        byte[] bytes = new byte[elements * type.elementSize()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (type == DataType.BOOL ? (i + seed) % 2 : 37 * i + seed);
        }
        return bytes;
    }
}
