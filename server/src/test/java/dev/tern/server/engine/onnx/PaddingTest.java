package dev.tern.server.engine.onnx;

import static dev.tern.server.engine.onnx.Engines.item;
import static dev.tern.server.testing.Tensors.floats;
import static dev.tern.server.testing.Tensors.longs;
import static dev.tern.server.testing.Tensors.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Instance;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.engine.Joining.Padding;
import dev.tern.server.engine.PaddingObserver;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.ElementBits;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.LengthModels;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests of different lengths in one run: each gets what it would get alone. */
class PaddingTest {
    private static final Axes ROWS_AND_LENGTH = new Axes(List.of(Axes.NONE, 0));

    @TempDir
    Path directory;

    private final List<List<List<Tensor>>> answers = new ArrayList<>();
    private final List<String> joined = new ArrayList<>();
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

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
    void everyTypeIsPaddedAndCutBitForBit(DataType type) throws Exception {
        int[][] rowsAndLengths = {{1, 3}, {2, 5}, {1, 0}, {0, 4}, {3, 1}, {1, 5}};
        try (Instance instance =
                open(OnnxModels.identity(type, "batch", "length"), padded(Map.of("x", "1"), type, "y"))) {
            for (int run = 0; run < 3; run++) {
                List<BatchItem> batch = new ArrayList<>();
                for (int[] each : rowsAndLengths) {
                    Shape shape = Shape.of(each[0], each[1]);
                    batch.add(item(each[0], Tensors.raw("x", type, shape, bits(type, shape, each[1] + run))));
                }
                assertEachGetsItsOwn(batch, run(instance, batch));
            }
        }
    }

    @Test
    void severalDimensionsArePaddedAndCut() throws Exception {
        Axes axes = new Axes(List.of(Axes.NONE, 0, Axes.NONE, 1));
        Joining joining = joining(List.of("h", "w"), Map.of("x", new Padding(axes, 7)), Map.of(), Map.of("y", axes));
        DataType type = DataType.INT16;
        try (Instance instance = open(OnnxModels.identity(type, "batch", "h", 2, "w"), joining)) {
            List<BatchItem> batch = new ArrayList<>();
            for (int[] each : new int[][] {{1, 1, 4}, {2, 3, 1}, {1, 0, 2}, {2, 2, 0}, {1, 3, 4}, {1, 2, 2}}) {
                Shape shape = Shape.of(each[0], each[1], 2, each[2]);
                batch.add(item(each[0], Tensors.raw("x", type, shape, bits(type, shape, each[2]))));
            }
            assertEachGetsItsOwn(batch, run(instance, batch));
        }
    }

    @Test
    void textsArePaddedWithEmptyOnes() throws Exception {
        try (Instance instance = open(
                OnnxModels.identity(DataType.BYTES, "batch", "length"), padded(Map.of("x", ""), DataType.BYTES, "y"))) {
            List<BatchItem> batch = List.of(
                    item(1, strings("x", Shape.of(1, 1), "one")),
                    item(2, strings("x", Shape.of(2, 3), "a", "", "c", "d", "e", "\u00e9")),
                    item(1, strings("x", Shape.of(1, 0))));
            assertEachGetsItsOwn(batch, run(instance, batch));
        }
    }

    @Test
    void theModelSeesThePadValueUpToTheLongestItemAndNoFurther() throws Exception {
        Joining joining = padded(Map.of("x", "100"), DataType.FP32);
        try (Instance instance = open(OnnxModels.variableLengthSum(), joining)) {
            for (int run = 0; run < 5; run++) {
                List<List<Tensor>> sums = run(
                        instance,
                        List.of(
                                item(1, floats("x", Shape.of(1, 1), 1)),
                                item(1, floats("x", Shape.of(1, 3), 1, 2, 3)),
                                item(2, floats("x", Shape.of(2, 2), 1, 2, 3, 4))));
                assertThat(floats(sums.get(0).get(0))).containsExactly(201);
                assertThat(floats(sums.get(1).get(0))).containsExactly(6);
                assertThat(floats(sums.get(2).get(0))).containsExactly(103, 107);
            }
            assertThat(joined).containsOnly("8 real, 4 padding");
        }
    }

    @Test
    void equalLengthsAreNotPadded() throws Exception {
        try (Instance instance = open(OnnxModels.variableLengthSum(), padded(Map.of("x", "9"), DataType.FP32))) {
            run(
                    instance,
                    List.of(
                            item(1, floats("x", Shape.of(1, 2), 1, 2)),
                            item(2, floats("x", Shape.of(2, 2), 3, 4, 5, 6))));
            assertThat(joined).containsExactly("6 real, 0 padding");
        }
    }

    @Test
    void aMaskIsMadeWhereTheRequestLeavesItOut() throws Exception {
        Joining joining = maskedMean();
        try (Instance instance = open(LengthModels.maskedMean(), joining)) {
            List<Tensor> alone = run(instance, List.of(item(2, longs("ids", Shape.of(2, 3), 1, 2, 3, 4, 5, 6))))
                    .get(0);
            assertThat(floats(alone.get(0))).containsExactly(2, 5);

            List<List<Tensor>> together = run(
                    instance,
                    List.of(
                            item(1, longs("ids", Shape.of(1, 1), 7)),
                            item(2, longs("ids", Shape.of(2, 4), 1, 2, 3, 6, 5, 5, 5, 5)),
                            item(1, longs("ids", Shape.of(1, 2), 1, 2))));
            assertThat(floats(together.get(0).get(0))).containsExactly(7);
            assertThat(floats(together.get(1).get(0))).containsExactly(3, 5);
            assertThat(floats(together.get(2).get(0))).containsExactly(1.5f);
            assertThat(longs(together.get(0).get(1))).containsExactly(14);
            assertThat(longs(together.get(2).get(1))).containsExactly(2, 4);
        }
    }

    @Test
    void aMaskThatTheRequestBringsIsPaddedWithZeros() throws Exception {
        try (Instance instance = open(LengthModels.maskedMean(), maskedMean())) {
            List<List<Tensor>> together = run(
                    instance,
                    List.of(
                            item(1, longs("ids", Shape.of(1, 2), 7, 9), longs("mask", Shape.of(1, 2), 0, 1)),
                            item(
                                    1,
                                    longs("ids", Shape.of(1, 4), 1, 2, 3, 6),
                                    longs("mask", Shape.of(1, 4), 1, 1, 1, 1))));
            assertThat(floats(together.get(0).get(0))).containsExactly(9);
            assertThat(floats(together.get(1).get(0))).containsExactly(3);
        }
    }

    @Test
    void independentLengthsArePaddedEachToItsOwnLongest() throws Exception {
        Axes seq = new Axes(List.of(Axes.NONE, 0));
        Axes candidates = new Axes(List.of(Axes.NONE, 1));
        Joining joining = joining(
                List.of("seq", "n"),
                Map.of("items", new Padding(seq, 0), "candidates", new Padding(candidates, 0)),
                Map.of(),
                Map.of("scores", candidates));
        try (Instance instance = open(LengthModels.twoLengths(), joining)) {
            List<List<Tensor>> together = run(
                    instance,
                    List.of(
                            item(1, longs("items", Shape.of(1, 1), 5), longs("candidates", Shape.of(1, 3), 1, 2, 3)),
                            item(1, longs("items", Shape.of(1, 2), 5, 6), longs("candidates", Shape.of(1, 1), 7))));
            assertThat(longs(together.get(0).get(0))).containsExactly(6, 7, 8);
            assertThat(longs(together.get(1).get(0))).containsExactly(18);
        }
    }

    @Test
    void aRequestWithTwoLengthsForOneIsRefusedAmongOthers() throws Exception {
        try (Instance instance = open(LengthModels.maskedMean(), maskedMean())) {
            BatchItem good = item(1, longs("ids", Shape.of(1, 2), 1, 2), longs("mask", Shape.of(1, 2), 1, 1));
            BatchItem bad = item(1, longs("ids", Shape.of(1, 2), 1, 2), longs("mask", Shape.of(1, 3), 1, 1, 1));
            assertThatThrownBy(() -> instance.run(List.of(good, bad)))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("input 'mask' has shape [1,3], but another input of the request has 2 for its"
                            + " dimension 1 ('length')");
        }
    }

    @Test
    void anOutputOfAnotherLengthIsNamed() throws Exception {
        Joining wrong = joining(
                List.of("length"),
                Map.of("x", new Padding(ROWS_AND_LENGTH, 0)),
                Map.of(),
                Map.of("y", ROWS_AND_LENGTH));
        try (Instance instance = open(OnnxModels.variableLengthSum(), wrong)) {
            assertThatThrownBy(() -> instance.run(List.of(
                            item(1, floats("x", Shape.of(1, 2), 1, 2)), item(1, floats("x", Shape.of(1, 3), 1, 2, 3)))))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("output 'y' has shape [2,1] where inputs were padded to [2,3] and cannot be cut to the"
                            + " requests' lengths");
        }
    }

    private static Joining maskedMean() {
        return joining(
                List.of("length"),
                Map.of("ids", new Padding(ROWS_AND_LENGTH, 99), "mask", new Padding(ROWS_AND_LENGTH, 0)),
                Map.of("mask", "ids"),
                Map.of("doubled", ROWS_AND_LENGTH));
    }

    /** Inputs of one common length with their pad values, and outputs that have it too. */
    private static Joining padded(Map<String, String> values, DataType type, String... outputs) {
        Map<String, Padding> padding = new HashMap<>();
        values.forEach((name, value) -> padding.put(
                name, new Padding(ROWS_AND_LENGTH, type == DataType.BYTES ? 0 : ElementBits.parse(type, value))));
        Map<String, Axes> cuts = new HashMap<>();
        List.of(outputs).forEach(output -> cuts.put(output, ROWS_AND_LENGTH));
        return joining(List.of("length"), padding, Map.of(), cuts);
    }

    private static Joining joining(
            List<String> lengths, Map<String, Padding> padded, Map<String, String> masks, Map<String, Axes> cuts) {
        return new Joining(lengths, padded, masks, Set.of(), List.of(), cuts, Map.of());
    }

    private Instance open(byte[] onnx, Joining joining) throws Exception {
        PaddingObserver observer = (real, padding) -> joined.add(real + " real, " + padding + " padding");
        try (OnnxEngine engine = Engines.open(directory, onnx)) {
            List<String> outputs = engine.signature().outputs().stream()
                    .map(each -> each.name())
                    .toList();
            return engine.newInstance(outputs, joining, observer);
        }
    }

    private List<List<Tensor>> run(Instance instance, List<BatchItem> batch) throws EngineException {
        List<List<Tensor>> outputs = instance.run(batch);
        answers.add(outputs);
        return outputs;
    }

    private static void assertEachGetsItsOwn(List<BatchItem> batch, List<List<Tensor>> outputs) {
        for (int i = 0; i < batch.size(); i++) {
            Tensor sent = batch.get(i).inputs().get(0);
            Tensor got = outputs.get(i).get(0);
            assertThat(got.shape()).as("item %d", i).isEqualTo(sent.shape());
            assertThat(Tensors.bytes(got)).as("item %d", i).isEqualTo(Tensors.bytes(sent));
        }
    }

    private static byte[] bits(DataType type, Shape shape, int seed) {
        byte[] bytes = new byte[(int) shape.elements() * type.elementSize()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (type == DataType.BOOL ? (i + seed) % 2 : 37 * i + 11 * seed + 1);
        }
        return bytes;
    }
}
