package dev.tern.server.engine.onnx;

import static dev.tern.server.testing.OnnxGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** UINT16, UINT32 and UINT64 cross ONNX Runtime's Java binding, which has no such tensors, bit for bit. */
class UnsignedTest {
    /** All bits set, only the sign bit, the largest signed value, and small ones, in every width up to 8 bytes. */
    private static final byte[] BITS = {
        -1, -1, -1, -1, -1, -1, -1, -1,
        0, 0, 0, 0, 0, 0, 0, -128,
        -1, -1, -1, -1, -1, -1, -1, 127,
        1, 0, 0, -128, 0, -128, 7, 0
    };

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
    void bitsTravelExactly(DataType type) throws Exception {
        try (OnnxSession session = open(OnnxModels.identity(type, "n"))) {
            assertThat(session.signature().inputs().get(0).type()).isEqualTo(type);
            assertThat(session.signature().outputs().get(0).type()).isEqualTo(type);
            assertThat(RawRun.run(session, BITS, BITS.length / type.elementSize()))
                    .isEqualTo(BITS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
    void theModelComputesInTheUnsignedType(DataType type) throws Exception {
        TensorProto.DataType onnx = OnnxModels.onnxType(type);
        byte[] model = OnnxGraph.named("to_double")
                .input("x", onnx, "n")
                .output("y", TensorProto.DataType.DOUBLE, "n")
                .node("Cast", "x", "y", attribute("to", TensorProto.DataType.DOUBLE.getNumber()))
                .bytes();
        double allBits = Math.pow(2, type.elementSize() * Byte.SIZE) - 1;
        try (OnnxSession session = open(model)) {
            assertThat(session.model().outputs().get(0).sessionName()).isEqualTo("y");
            try (OnnxTensor ones = allBitsSet(type);
                    OrtSession.Result result = session.ort()
                            .run(Map.of(session.model().inputs().get(0).sessionName(), ones))) {
                assertThat((double[]) result.get(0).getValue()).containsExactly(allBits);
            }
        }
    }

    @Test
    void anInputThatIsAnOutputAndNamesAlreadyTakenAreKeptApart() throws Exception {
        byte[] model = OnnxGraph.named("through")
                .input("x", TensorProto.DataType.UINT32, "batch", 4)
                .output("x", TensorProto.DataType.UINT32, "batch", 4)
                .output("x_as_INT32", TensorProto.DataType.UINT32, "batch", 4)
                .node("Identity", "x", "x_as_INT32")
                .bytes();
        try (OnnxSession session = open(model)) {
            assertThat(session.ort().getInputNames())
                    .doesNotContainAnyElementsOf(session.ort().getOutputNames());
            assertThat(RawRun.run(session, BITS, 2, 4)).isEqualTo(BITS);
        }
    }

    @Test
    void aModelWithoutOnnxsOwnOperatorsGetsThem() throws Exception {
        byte[] labels = OnnxGraph.named("ml_only")
                .input("x", TensorProto.DataType.UINT16, "n")
                .output("x", TensorProto.DataType.UINT16, "n")
                .domain("ai.onnx.ml", 2)
                .model()
                .toBuilder()
                .removeOpsetImport(1)
                .build()
                .toByteArray();
        try (OnnxSession session = open(labels)) {
            assertThat(RawRun.run(session, BITS, BITS.length / 2)).isEqualTo(BITS);
        }
    }

    @Test
    void sideFilesAreFoundThoughTheModelIsGivenAsBytes() throws Exception {
        Files.write(directory.resolve("w.bin"), OddModels.externalWeights());
        byte[] model = OnnxGraph.named("unsigned_beside_side_file")
                .input("x", TensorProto.DataType.UINT16, "n")
                .output("x", TensorProto.DataType.UINT16, "n")
                .output("w_out", TensorProto.DataType.FLOAT, 4)
                .constant(OddModels.external("w", "w.bin"))
                .node("Neg", "w", "w_out")
                .bytes();
        try (OnnxSession session = open(model)) {
            assertThat(RawRun.run(session, BITS, BITS.length / 2)).isEqualTo(BITS);
        }
    }

    @Test
    void anUnsignedInputMayBeOptional() throws Exception {
        byte[] model = OnnxGraph.named("optional_unsigned")
                .input("x", TensorProto.DataType.UINT32, 8)
                .output("y", TensorProto.DataType.UINT32, 8)
                .raw("x", TensorProto.DataType.UINT32, List.of(8L), BITS)
                .node("Identity", "x", "y")
                .bytes();
        Path file = Files.write(directory.resolve("model.onnx"), model);
        OnnxModel described = OnnxModel.read(file, Set.of("x"));
        byte[] other = new byte[BITS.length];
        try (OnnxSession session = OnnxSessions.open(described, SessionSettings.defaults())) {
            assertThat(described.defaults()).containsOnlyKeys("x");
            assertThat(RawRun.run(session, other, 8)).isEqualTo(other);
        }
    }

    private static OnnxTensor allBitsSet(DataType type) throws Exception {
        return switch (type) {
            case UINT16 -> OnnxTensor.createTensor(OnnxSessions.environment(), new short[] {-1});
            case UINT32 -> OnnxTensor.createTensor(OnnxSessions.environment(), new int[] {-1});
            case UINT64 -> OnnxTensor.createTensor(OnnxSessions.environment(), new long[] {-1});
            case BOOL, UINT8, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BF16, BYTES ->
                throw new IllegalArgumentException(type + " is not rewritten");
        };
    }

    private OnnxSession open(byte[] bytes) throws Exception {
        Path file = Files.write(directory.resolve("model.onnx"), bytes);
        return OnnxSessions.open(OnnxModel.read(file), SessionSettings.defaults());
    }
}
