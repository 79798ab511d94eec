package dev.tern.server.engine.onnx;

import static dev.tern.proto.onnx.TensorProto.DataType.BOOL;
import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.server.engine.onnx.Engines.item;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.OnnxGraph.longsAttribute;
import static dev.tern.server.testing.Tensors.floats;
import static dev.tern.server.testing.Tensors.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxJavaType;
import dev.tern.proto.onnx.AttributeProto;
import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
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

/** Outputs written into the instance's own buffers are the same as those ONNX Runtime allocates. */
class PinnedOutputsTest {
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

    @Test
    void areUsedAfterThreeRunsHaveShownTheirShapes() throws Exception {
        try (OnnxInstance instance = open(OnnxModels.twoOutputs())) {
            for (int run = 0; run < 10; run++) {
                assertThat(instance.pinsOutputs()).isEqualTo(run >= 3);
                int rows = run % 4;
                float[] values = counting(4 * rows, run);
                assertThat(outputs(instance, item(rows, floats("x", Shape.of(rows, 4), values))))
                        .isDeepEqualTo(new float[][] {negated(values), rowSums(values)});
            }
        }
    }

    @Test
    void giveEachItemOnlyWhatItAskedFor() throws Exception {
        try (OnnxInstance instance = believing(OnnxModels.twoOutputs())) {
            Tensor x = floats("x", Shape.of(1, 4), 1, 2, 3, 4);
            List<List<Tensor>> answers = instance.run(List.of(
                    new BatchItem(1, List.of(x), List.of("total")), new BatchItem(1, List.of(x), List.of("total"))));

            assertThat(answers).allSatisfy(each -> {
                assertThat(each).extracting(Tensor::name).containsExactly("total");
                assertThat(floats(each.get(0))).containsExactly(10);
            });
            assertThat(instance.pinsOutputs()).isTrue();
            Tensors.release(answers);
        }
    }

    @Test
    void areGivenUpWhenAShapeFollowsTheData() throws Exception {
        try (OnnxInstance instance = open(positiveRows())) {
            for (int run = 0; run < 3; run++) {
                assertThat(outputs(instance, item(2, floats("x", Shape.of(2), 1, 2))))
                        .isDeepEqualTo(new float[][] {{1, 2}});
            }
            assertThat(instance.pinsOutputs()).isTrue();

            assertThat(outputs(instance, item(2, floats("x", Shape.of(2), -1, 2))))
                    .isDeepEqualTo(new float[][] {{2}});
            assertThat(instance.pinsOutputs()).isFalse();
            assertThat(outputs(instance, item(2, floats("x", Shape.of(2), 1, 2))))
                    .isDeepEqualTo(new float[][] {{1, 2}});
            assertThat(instance.pinsOutputs()).isFalse();
        }
    }

    @Test
    void areGivenUpWhenRowsAreNotTheFirstDimension() throws Exception {
        try (OnnxInstance instance = open(OnnxModels.identity(DataType.FP32))) {
            // A model without a batch dimension is run as one row, whatever its first dimension.
            for (int run = 0; run < 3; run++) {
                outputs(instance, item(1, floats("x", Shape.of(1, 3), 1, 2, 3)));
            }
            assertThat(instance.pinsOutputs()).isTrue();
            assertThat(outputs(instance, item(1, floats("x", Shape.of(2, 3), 1, 2, 3, 4, 5, 6))))
                    .isDeepEqualTo(new float[][] {{1, 2, 3, 4, 5, 6}});
            assertThat(instance.pinsOutputs()).isFalse();
        }
    }

    @Test
    void surviveARunThatFailsWithoutThemToo() throws Exception {
        try (OnnxInstance instance = open(OnnxModels.gatherBadId())) {
            for (int run = 0; run < 3; run++) {
                outputs(instance, item(1, longs("id", Shape.of(1, 1), 2)));
            }
            for (int run = 0; run < 5; run++) {
                assertThatThrownBy(() -> instance.run(List.of(item(1, longs("id", Shape.of(1, 1), 99)))))
                        .isInstanceOf(EngineException.class);
                assertThat(instance.pinsOutputs()).isTrue();
                assertThat(outputs(instance, item(1, longs("id", Shape.of(1, 1), 2))))
                        .isDeepEqualTo(new float[][] {{8, 9, 10, 11}});
            }
        }
    }

    @Test
    void areBelievedAnewAfterAFailureOfTheirOwnAndGivenUpAfterThree() {
        Port port = new Port(new TensorSpec("y", DataType.FP32, Shape.of(-1, 4)), "y", OnnxJavaType.FLOAT);
        try (PinnedOutputs pinned =
                new PinnedOutputs(OnnxSessions.environment(), List.of(), List.of(port), Joining.EXACT)) {
            for (int failure = 1; failure <= 3; failure++) {
                for (int run = 0; run < 3; run++) {
                    assertThat(pinned.usable()).isFalse();
                    pinned.observe(0, 2, Shape.of(2, 4));
                }
                assertThat(pinned.usable()).isTrue();
                pinned.distrust();
            }
            for (int run = 0; run < 10; run++) {
                pinned.observe(0, 2, Shape.of(2, 4));
            }
            assertThat(pinned.usable()).isFalse();
        }
    }

    @Test
    void areNotForShapesThatVaryBeyondTheRows() throws Exception {
        try (OnnxInstance varies = open(OnnxModels.identity(DataType.FP32, "batch", "length"));
                OnnxInstance fixed = open(OnnxModels.identity(DataType.FP32, 1, 3))) {
            for (int run = 0; run < 5; run++) {
                outputs(varies, item(1, floats("x", Shape.of(1, 3), 1, 2, 3)));
                outputs(fixed, item(1, floats("x", Shape.of(1, 3), 1, 2, 3)));
            }
            assertThat(varies.pinsOutputs()).isFalse();
            assertThat(fixed.pinsOutputs()).isFalse();
        }
    }

    @Test
    void areNotForAnOutputThatIsTheInputItself() throws Exception {
        byte[] through = OnnxGraph.named("through")
                .input("x", FLOAT, "batch", 2)
                .output("x", FLOAT, "batch", 2)
                .output("y", FLOAT, "batch", 2)
                .node("Neg", "x", "y")
                .bytes();
        try (OnnxInstance instance = open(through)) {
            for (int run = 0; run < 8; run++) {
                float[] values = counting(2 * run, 10 * run);
                assertThat(outputs(instance, item(run, floats("x", Shape.of(run, 2), values))))
                        .isDeepEqualTo(new float[][] {values, negated(values)});
            }
            assertThat(instance.pinsOutputs()).isFalse();
        }
    }

    static Stream<Arguments> passedOn() {
        AttributeProto[] none = {};
        return Stream.of(
                Arguments.of("Identity", List.of("x"), none),
                Arguments.of("Dropout", List.of("x"), none),
                Arguments.of("Cast", List.of("x"), new AttributeProto[] {attribute("to", FLOAT.getNumber())}),
                Arguments.of("Flatten", List.of("x"), none),
                Arguments.of("Reshape", List.of("x", "same"), none),
                Arguments.of("Expand", List.of("x", "one"), none),
                Arguments.of("Slice", List.of("x", "start", "end"), none),
                Arguments.of("Concat", List.of("x"), new AttributeProto[] {attribute("axis", 0)}),
                Arguments.of("Transpose", List.of("x"), new AttributeProto[] {longsAttribute("perm", List.of(0L, 1L))}),
                Arguments.of("Sum", List.of("x"), none));
    }

    /** Operators that give their input back unchanged, which the runtime may take out or do in place. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("passedOn")
    void holdWhatIsPassedOn(String operator, List<String> inputs, AttributeProto[] attributes) throws Exception {
        byte[] model = OnnxGraph.named("passed_on")
                .input("x", FLOAT, "batch", 2)
                .output("y", FLOAT, "batch", 2)
                .longs("same", List.of(2L), -1, 2)
                .longs("one", List.of(2L), 1, 1)
                .longs("start", List.of(1L), 0)
                .longs("end", List.of(1L), Long.MAX_VALUE)
                .node(operator, inputs, "y", attributes)
                .bytes();
        try (OnnxInstance instance = open(model)) {
            for (int run = 0; run < 6; run++) {
                float[] values = counting(4, 10 * run);
                assertThat(outputs(instance, item(2, floats("x", Shape.of(2, 2), values))))
                        .isDeepEqualTo(new float[][] {values});
            }
            assertThat(instance.pinsOutputs()).isTrue();
        }
    }

    @Test
    void holdTwoOutputsOfTheSameValue() throws Exception {
        byte[] twice = OnnxGraph.named("twice")
                .input("x", FLOAT, "batch", 2)
                .output("a", FLOAT, "batch", 2)
                .output("b", FLOAT, "batch", 2)
                .node("Identity", "x", "a")
                .node("Identity", "a", "b")
                .bytes();
        try (OnnxInstance instance = open(twice)) {
            for (int run = 0; run < 8; run++) {
                float[] values = counting(4, 10 * run);
                assertThat(outputs(instance, item(2, floats("x", Shape.of(2, 2), values))))
                        .isDeepEqualTo(new float[][] {values, values});
            }
        }
    }

    @Test
    void areGivenUpWhereAnOutputIsAConstant() throws Exception {
        byte[] constant = OnnxGraph.named("constant")
                .input("x", FLOAT, "batch", 2)
                .output("c", FLOAT, "batch", 2)
                .output("y", FLOAT, "batch", 2)
                .floats("c", List.of(1L, 2L), 7, 8)
                .node("Neg", "x", "y")
                .bytes();
        try (OnnxInstance instance = open(constant)) {
            for (int run = 0; run < 5; run++) {
                assertThat(outputs(instance, item(1, floats("x", Shape.of(1, 2), run, 1))))
                        .isDeepEqualTo(new float[][] {{7, 8}, {-run, -1}});
            }
            assertThat(instance.pinsOutputs()).isTrue();
            assertThat(outputs(instance, item(3, floats("x", Shape.of(3, 2), counting(6, 0)))))
                    .isDeepEqualTo(new float[][] {{7, 8}, negated(counting(6, 0))});
            assertThat(instance.pinsOutputs()).isFalse();
        }
    }

    @Test
    void holdWhatALoopGives() throws Exception {
        try (OnnxInstance instance = open(OnnxModels.slow())) {
            for (int run = 0; run < 6; run++) {
                float[] ones = new float[128];
                Arrays.fill(ones, 1 << run);
                float[] halved = new float[128];
                Arrays.fill(halved, 1);
                assertThat(outputs(
                                instance,
                                item(2, floats("x", Shape.of(2, 64), ones), longs("iters", Shape.of(2, 1), run, 0))))
                        .isDeepEqualTo(new float[][] {halved});
            }
            assertThat(instance.pinsOutputs()).isTrue();
        }
    }

    private OnnxInstance believing(byte[] model) throws Exception {
        OnnxInstance instance = open(model);
        for (int run = 0; run < 3; run++) {
            outputs(instance, item(1, floats("x", Shape.of(1, 4), 0, 0, 0, 0)));
        }
        assertThat(instance.pinsOutputs()).isTrue();
        return instance;
    }

    private OnnxInstance open(byte[] model) throws Exception {
        try (OnnxEngine engine = Engines.open(directory, model)) {
            return (OnnxInstance) engine.newInstance();
        }
    }

    /** {@code x [n] -> y}, declared [n]: those of x that are above 0. */
    private static byte[] positiveRows() {
        return OnnxGraph.named("positive_rows")
                .input("x", FLOAT, "n")
                .output("y", FLOAT, "n")
                .floats("zero", List.of(), 0)
                .node("Greater", List.of("x", "zero"), "keep")
                .node("Cast", "keep", "kept", attribute("to", BOOL.getNumber()))
                .node("Compress", List.of("x", "kept"), "y", attribute("axis", 0))
                .bytes();
    }

    private static float[][] outputs(OnnxInstance instance, BatchItem item) throws EngineException {
        List<List<Tensor>> answers = instance.run(List.of(item));
        float[][] values = answers.get(0).stream().map(Tensors::floats).toArray(float[][]::new);
        Tensors.release(answers);
        return values;
    }

    private static float[] counting(int count, int from) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = from + i + 1;
        }
        return values;
    }

    private static float[] negated(float[] values) {
        float[] negated = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            negated[i] = -values[i];
        }
        return negated;
    }

    private static float[] rowSums(float[] values) {
        float[] sums = new float[values.length / 4];
        for (int i = 0; i < values.length; i++) {
            sums[i / 4] += values[i];
        }
        return sums;
    }
}
