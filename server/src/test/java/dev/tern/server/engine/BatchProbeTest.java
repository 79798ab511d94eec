package dev.tern.server.engine;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.Tensors.longs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.engine.BatchProbe.Finding;
import dev.tern.server.engine.BatchProbe.Finding.Verdict;
import dev.tern.server.engine.onnx.OnnxEngine;
import dev.tern.server.engine.onnx.SessionSettings;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BatchProbeTest {
    private static final double TOLERANCE = 1e-4;
    private static final int MAX_ROWS = 64;

    @TempDir
    Path directory;

    private long slabs;

    @BeforeEach
    void countSlabs() {
        slabs = Slab.live();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(Slab.live()).as("slabs with references").isEqualTo(slabs);
    }

    static Stream<Arguments> batching() {
        Stream<Arguments> models = Stream.of(
                Arguments.of("mlp", OnnxModels.mlp(64, 256, 64, 1)),
                Arguments.of("simple", OnnxModels.simple()),
                Arguments.of("ids", OnnxModels.gatherBadId()),
                Arguments.of("texts", OnnxModels.stringVocabulary()),
                Arguments.of("text answers", OnnxModels.stringLabels("a", "b")),
                Arguments.of("two outputs", OnnxModels.twoOutputs()),
                Arguments.of("any length", OnnxModels.variableLengthSum()),
                Arguments.of("many inputs", OnnxModels.manyInputs(40)));
        Stream<Arguments> types = Arrays.stream(DataType.values())
                .map(type -> Arguments.of("identity of " + type, OnnxModels.identity(type)));
        return Stream.concat(models, types);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batching")
    void rowsThatAnswerForThemselvesBatch(String name, byte[] model) throws Exception {
        assertThat(probe(model)).isEqualTo(new Finding(Verdict.BATCHES, ""));
    }

    static Stream<Arguments> structural() {
        return Stream.of(
                Arguments.of("reshaped to one row", OnnxModels.claimsDynamicBatch(), "rows together fail: "),
                Arguments.of("mean over the batch", OnnxModels.reduceOverBatch(), "which has no batch dimension of 1"),
                Arguments.of(
                        "batch second",
                        x("batch", 4).node("Transpose", "x", "y").output("y", FLOAT, 4, "batch"),
                        "output 'y' of one row has shape [4,1], which has no batch dimension of 1"),
                Arguments.of(
                        "batch on the second axis of an answer",
                        x("batch", 4)
                                .longs("axis", List.of(1L), 1)
                                .longs("front", List.of(1L), 0)
                                .node("ReduceSum", List.of("x", "axis"), "sum", attribute("keepdims", 0))
                                .node("Unsqueeze", List.of("sum", "front"), "y")
                                .output("y", FLOAT, "n", "batch"),
                        "output 'y' has shape [1,4] for 4 rows"),
                Arguments.of(
                        "every row with every row",
                        x("batch", 4)
                                .node("Transpose", "x", "t")
                                .node("MatMul", List.of("x", "t"), "y")
                                .output("y", FLOAT, "batch", "batch"),
                        "has shape [1,1] alone and [1,4] in a batch"),
                Arguments.of(
                        "the last row only",
                        x("batch", 4)
                                .longs("from", List.of(1L), -1)
                                .longs("to", List.of(1L), Long.MAX_VALUE)
                                .node("Slice", List.of("x", "from", "to"), "y")
                                .output("y", FLOAT, "batch", 4),
                        "output 'y' has shape [1,4] for 4 rows"),
                Arguments.of(
                        "equal rows joined",
                        x("batch", 4)
                                .node("Unique", "x", "y", attribute("axis", 0), attribute("sorted", 0))
                                .output("y", FLOAT, "batch", 4),
                        "output 'y' has shape [3,4] for 4 rows"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("structural")
    void aShapeOrAnErrorThatOnlyABatchHasIsStructural(String name, Object model, String detail) throws Exception {
        Finding finding = probe(model instanceof OnnxGraph graph ? graph.bytes() : (byte[]) model);

        assertThat(finding.verdict()).isEqualTo(Verdict.STRUCTURAL);
        assertThat(finding.detail()).contains(detail);
    }

    static Stream<Arguments> numeric() {
        return Stream.of(
                Arguments.of("softmax over the batch", OnnxModels.softmaxOverBatch()),
                Arguments.of("rows told how many they are", OnnxModels.batchSpy()),
                Arguments.of("one scale for the batch", OnnxModels.dynamicQuantization()),
                Arguments.of("the longest counts for all", OnnxModels.slow()),
                Arguments.of(
                        "time first",
                        x("time", 4)
                                .longs("axis", List.of(), 0)
                                .node("CumSum", List.of("x", "axis"), "y")
                                .output("y", FLOAT, "time", 4)
                                .bytes()),
                Arguments.of("offsets into the batch", offsets()),
                Arguments.of("ids that differ only above 1", aboveOne()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numeric")
    void otherNumbersInABatchAreNumeric(String name, byte[] model) throws Exception {
        assertThat(probe(model).verdict()).isEqualTo(Verdict.NUMERIC);
    }

    @Test
    void theToleranceDecidesWhatIsAnotherNumber() throws Exception {
        assertThat(probe(OnnxModels.dynamicQuantization(), TOLERANCE).detail())
                .matches("output 'y' of a row is \\S+ alone and \\S+ in a batch \\(tolerance 1.0E-4\\)");
        assertThat(probe(OnnxModels.dynamicQuantization(), 0.5).verdict()).isEqualTo(Verdict.BATCHES);
    }

    @Test
    void nothingIsKnownOfAModelThatNoSampleFits() throws Exception {
        Finding finding = probe(idsFrom100());

        assertThat(finding.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(finding.detail()).startsWith("a single sample row fails: onnx runtime error ");
        assertThat(new BatchProbe(new NoInstance(), TOLERANCE).probe(List.of()))
                .isEqualTo(new Finding(Verdict.INCONCLUSIVE, "there is no sample to try"));
    }

    @Test
    void aLaterTrialThatFitsDecides() throws Exception {
        List<List<Tensor>> misfits = List.of(List.of(longs("id", Shape.of(1, 1), 0)));
        List<List<Tensor>> fits =
                List.of(List.of(longs("id", Shape.of(1, 1), 101)), List.of(longs("id", Shape.of(1, 1), 103)));
        try (OnnxEngine engine = open(idsFrom100());
                Instance instance = engine.newInstance()) {
            assertThat(new BatchProbe(instance, TOLERANCE)
                            .probe(List.of(misfits, fits))
                            .verdict())
                    .isEqualTo(Verdict.BATCHES);
        }
    }

    @Test
    void noMoreRowsAreTriedThanMayBeBatched() throws Exception {
        try (OnnxEngine engine = open(OnnxModels.batchSpy())) {
            for (int maxRows : new int[] {1, 2, 3, 4, 100}) {
                assertThat(SampleRows.trials(engine.signature().inputs(), maxRows))
                        .isNotEmpty()
                        .allSatisfy(rows -> assertThat(rows).hasSize(Math.min(4, maxRows)));
            }
        }
    }

    private Finding probe(byte[] model) throws Exception {
        return probe(model, TOLERANCE);
    }

    private Finding probe(byte[] model, double tolerance) throws Exception {
        try (OnnxEngine engine = open(model);
                Instance instance = engine.newInstance()) {
            return new BatchProbe(instance, tolerance)
                    .probe(SampleRows.trials(engine.signature().inputs(), MAX_ROWS));
        }
    }

    private OnnxEngine open(byte[] model) throws Exception {
        Path file = Files.write(directory.resolve("model.onnx"), model);
        return OnnxEngine.open(OnnxModel.read(file), SessionSettings.defaults());
    }

    private static OnnxGraph x(Object... dims) {
        return OnnxGraph.named("trap").input("x", FLOAT, dims);
    }

    /** {@code y[i] = x[from[i]]}: a row on its own knows only place 0. */
    private static byte[] offsets() {
        return x("batch", 4)
                .input("from", INT64, "batch")
                .output("y", FLOAT, "batch", 4)
                .node("Gather", List.of("x", "from"), "y")
                .bytes();
    }

    /** Rows see those before them, but ids of 0 and 1 are the same to it. */
    private static byte[] aboveOne() {
        return OnnxGraph.named("above_one")
                .input("id", INT64, "batch", 1)
                .output("y", INT64, "batch", 1)
                .longs("one", List.of(), 1)
                .longs("axis", List.of(), 0)
                .node("Max", List.of("id", "one"), "clipped")
                .node("Sub", List.of("clipped", "one"), "above")
                .node("CumSum", List.of("above", "axis"), "y")
                .bytes();
    }

    /** Takes ids from 100 to 107. */
    private static byte[] idsFrom100() {
        return OnnxGraph.named("ids_from_100")
                .input("id", INT64, "batch", 1)
                .output("y", FLOAT, "batch", 1)
                .longs("hundred", List.of(), 100)
                .floats("table", List.of(8L), 0, 1, 2, 3, 4, 5, 6, 7)
                .node("Sub", List.of("id", "hundred"), "place")
                .node("Gather", List.of("table", "place"), "y")
                .bytes();
    }

    /** Must not be asked. */
    private static final class NoInstance implements Instance {
        @Override
        public List<List<Tensor>> run(List<BatchItem> batch) {
            throw new AssertionError("nothing to run");
        }

        @Override
        public void close() {}
    }
}
