package dev.tern.server.engine.onnx.graph;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.OnnxGraph.unknownRank;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxModelTest {
    @TempDir
    Path directory;

    @Test
    void readsInputsAndOutputsInTheModelsOrder() throws Exception {
        OnnxModel model = read(OnnxModels.simple());

        assertThat(model.signature().inputs())
                .containsExactly(spec("INPUT0", DataType.INT32, -1, 16), spec("INPUT1", DataType.INT32, -1, 16));
        assertThat(model.signature().outputs())
                .containsExactly(spec("OUTPUT0", DataType.INT32, -1, 16), spec("OUTPUT1", DataType.INT32, -1, 16));
        assertThat(model.isRewritten()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void readsEveryTypeOfTheProtocol(DataType type) throws Exception {
        OnnxModel model = read(OnnxModels.identity(type));

        assertThat(model.signature().inputs()).containsExactly(spec("x", type, -1, 3));
        assertThat(model.signature().outputs()).containsExactly(spec("y", type, -1, 3));
    }

    @Test
    void keepsTheNamesThatDimensionsVaryUnder() throws Exception {
        assertThat(read(OnnxModels.variableLengthSum()).inputDimNames()).containsExactly(List.of("batch", "length"));
        assertThat(read(OnnxModels.simple()).inputDimNames()).containsExactly(List.of("", ""), List.of("", ""));
    }

    @Test
    void namesTensorsThatDeclareNoShape() throws Exception {
        OnnxModel model = read(OnnxGraph.named("unknown_rank")
                .input("x", FLOAT, "batch", 4)
                .output("y", unknownRank(FLOAT))
                .node("Neg", "x", "y")
                .bytes());

        assertThat(model.unknownRank()).containsExactly("y");
        assertThat(model.signature().outputs()).containsExactly(spec("y", DataType.FP32, -1));
    }

    @Test
    void aScalarHasAShape() throws Exception {
        OnnxModel model = read(OnnxModels.identity(DataType.FP32, new Object[0]));

        assertThat(model.unknownRank()).isEmpty();
        assertThat(model.signature().inputs()).containsExactly(spec("x", DataType.FP32));
    }

    @Test
    void anInputWithADefaultIsLeftOutUnlessAskedFor() throws Exception {
        TensorSpec bias = new TensorSpec("bias", DataType.FP32, Shape.of(4), true);
        Path file = write(OnnxModels.optionalInput());

        OnnxModel plain = OnnxModel.read(file);
        assertThat(plain.signature().inputs()).containsExactly(spec("x", DataType.FP32, -1, 4));
        assertThat(plain.overridable()).containsExactly(bias);
        assertThat(plain.isRewritten()).isFalse();

        OnnxModel asked = OnnxModel.read(file, Set.of("bias"));
        assertThat(asked.signature().inputs()).containsExactly(spec("x", DataType.FP32, -1, 4), bias);
        assertThat(asked.isRewritten()).isTrue();
        assertThat(asked.digest()).isNotEqualTo(plain.digest());
        assertThat(floats(requireNonNull(asked.defaults().get("bias")))).containsExactly(1, 2, 3, 4);
        assertThat(ModelProto.parseFrom(asked.sessionBytes()).getGraph().getInitializerList())
                .isEmpty();
    }

    @Test
    void beforeIrVersion4ConstantsListedAsInputsAreOnlyConstants() throws Exception {
        byte[] old = ModelProto.parseFrom(OnnxModels.optionalInput()).toBuilder()
                .setIrVersion(3)
                .build()
                .toByteArray();

        OnnxModel model = read(old);
        assertThat(model.overridable()).isEmpty();
        assertThat(model.signature().inputs()).hasSize(1);
    }

    @Test
    void theDigestIsOfContentsNotOfNames() throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        for (Path each : List.of(one, two)) {
            Files.write(each.resolve("model.onnx"), OddModels.externalData("w.bin"));
            Files.write(each.resolve("w.bin"), OddModels.externalWeights());
        }
        String digest = OnnxModel.read(one.resolve("model.onnx")).digest();
        assertThat(digest).hasSize(64);
        assertThat(OnnxModel.read(two.resolve("model.onnx")).digest()).isEqualTo(digest);

        byte[] otherWeights = OddModels.externalWeights();
        otherWeights[0]++;
        Files.write(two.resolve("w.bin"), otherWeights);
        assertThat(OnnxModel.read(two.resolve("model.onnx")).digest()).isNotEqualTo(digest);
        assertThat(read(OnnxModels.mlp(4, 2)).digest())
                .isNotEqualTo(read(OnnxModels.mlp(4, 3)).digest());
    }

    @Test
    void tellsDynamicQuantizationInsideSubgraphsToo() throws Exception {
        assertThat(read(OnnxModels.dynamicQuantization()).usesDynamicQuantization())
                .isTrue();
        assertThat(read(OnnxModels.slow()).usesDynamicQuantization()).isFalse();
        OnnxGraph branch = OnnxGraph.named("branch")
                .output("q", TensorProto.DataType.UINT8, "n")
                .node("DynamicQuantizeLinear", List.of("x"), List.of("q", "scale", "zero"));
        byte[] nested = OnnxGraph.named("nested")
                .input("go", TensorProto.DataType.BOOL)
                .input("x", FLOAT, "n")
                .output("y", TensorProto.DataType.UINT8, "n")
                .node(
                        "If",
                        "go",
                        "y",
                        attribute("then_branch", branch.graph()),
                        attribute("else_branch", branch.graph()))
                .bytes();
        assertThat(read(nested).usesDynamicQuantization()).isTrue();
    }

    @Test
    void describingAModelDoesNotReadItsWeights() throws Exception {
        Path file = write(OnnxModels.mlp(512, 512, 2));

        assertThat(Files.size(file)).isGreaterThan(1_000_000);
        assertThat(ModelFile.describe(file).getSerializedSize()).isLessThan(1_000);
        assertThat(ModelFile.describe(file).getGraph().getNodeList())
                .isEqualTo(ModelFile.whole(file).getGraph().getNodeList());
    }

    private OnnxModel read(byte[] bytes) throws Exception {
        return OnnxModel.read(write(bytes));
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(directory.resolve("model.onnx"), bytes);
    }

    private static TensorSpec spec(String name, DataType type, long... dims) {
        return new TensorSpec(name, type, Shape.of(dims));
    }

    private static float[] floats(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate((int) tensor.data().size()).order(ByteOrder.LITTLE_ENDIAN);
        tensor.data().copyTo(0, bytes);
        float[] values = new float[bytes.capacity() / Float.BYTES];
        bytes.flip().asFloatBuffer().get(values);
        return values;
    }
}
