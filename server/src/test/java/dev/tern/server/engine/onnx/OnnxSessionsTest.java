package dev.tern.server.engine.onnx;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.server.testing.OnnxGraph.unknownRank;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.onnx.graph.OnnxModel;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxSessionsTest {
    @TempDir
    Path directory;

    static Stream<Arguments> good() {
        return Stream.of(
                Arguments.of("simple", OnnxModels.simple()),
                Arguments.of("mlp", OnnxModels.mlp(4, 8, 2)),
                Arguments.of("batch spy", OnnxModels.batchSpy()),
                Arguments.of("gather", OnnxModels.gatherBadId()),
                Arguments.of("softmax", OnnxModels.softmaxOverBatch()),
                Arguments.of("reduce", OnnxModels.reduceOverBatch()),
                Arguments.of("claims dynamic", OnnxModels.claimsDynamicBatch()),
                Arguments.of("variable length", OnnxModels.variableLengthSum()),
                Arguments.of("two outputs", OnnxModels.twoOutputs()),
                Arguments.of("optional input", OnnxModels.optionalInput()),
                Arguments.of("many inputs", OnnxModels.manyInputs(40)),
                Arguments.of("vocabulary", OnnxModels.stringVocabulary()),
                Arguments.of("labels", OnnxModels.stringLabels("a", "b")),
                Arguments.of("dynamic quantization", OnnxModels.dynamicQuantization()),
                Arguments.of("slow", OnnxModels.slow()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void opensWithTheSignatureOfTheFile(String name, byte[] bytes) throws Exception {
        OnnxModel model = read(bytes);
        try (OnnxSession session = open(model)) {
            assertThat(session.signature()).isEqualTo(model.signature());
            assertThat(session.ort().getNumInputs())
                    .isEqualTo(model.signature().inputs().size());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
    void everyTypeRunsOverDirectBuffers(DataType type) throws Exception {
        byte[] bits = new byte[3 * type.elementSize()];
        bits[0] = 1;
        bits[bits.length - 1] = type == DataType.BOOL ? 1 : (byte) 0x81;
        try (OnnxSession session = open(read(OnnxModels.identity(type)))) {
            assertThat(RawRun.run(session, bits, 1, 3)).isEqualTo(bits);
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(OddModels.opset99(), "ONNX Runtime only *guarantees* support for models stamped with"),
                Arguments.of(
                        OddModels.unknownDomain(),
                        "Fatal error: com.example.recsys:HashAndCross(-1) is not a registered function/op"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aRefusalIsCleanAndKeepsTheOriginalAsItsCause(byte[] bytes, String start) throws Exception {
        OnnxModel model = read(bytes);

        assertThatThrownBy(() -> open(model))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(start)
                .hasMessageNotContaining("onnxruntime_src")
                .hasMessageNotContaining(directory.toString())
                .hasCauseInstanceOf(OrtException.class);
    }

    @Test
    void aSideFileCutShortIsRefusedWithoutItsPath() throws Exception {
        Files.write(directory.resolve("w.bin"), new byte[8]);
        OnnxModel model = read(OddModels.externalData("w.bin"));

        assertThatThrownBy(() -> open(model))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("External initializer: w offset: 0 size to read: 16 given file_length: 8")
                .hasMessageNotContaining(directory.toString());
    }

    @Test
    void aFileThatChangedSinceItWasReadIsNotOpened() throws Exception {
        OnnxModel model = read(OnnxModels.mlp(4, 8, 2));
        read(OnnxModels.mlp(4, 16, 2));

        assertThatThrownBy(() -> open(model))
                .isInstanceOf(EngineException.class)
                .hasMessage("'model.onnx' changed while the model was loaded (expected: files that stay as they are"
                        + " until it is ready); load it again");
    }

    @Test
    void aSideFileThatChangedSinceItWasReadIsNotOpened() throws Exception {
        Files.write(directory.resolve("w.bin"), OddModels.externalWeights());
        OnnxModel model = read(OddModels.externalData("w.bin"));
        Path other = Files.write(directory.resolve("other"), new byte[16]);
        Files.move(other, directory.resolve("w.bin"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> open(model)).hasMessageStartingWith("'w.bin' changed while the model was loaded");
    }

    @Test
    void aFileThatWasReplacedByItsLikeIsOpened() throws Exception {
        byte[] bytes = OnnxModels.mlp(4, 8, 2);
        OnnxModel model = read(bytes);
        Path other = Files.write(directory.resolve("other"), bytes);
        Files.setLastModifiedTime(other, FileTime.fromMillis(0));
        Files.move(other, model.file(), StandardCopyOption.REPLACE_EXISTING);

        try (OnnxSession session = open(model)) {
            assertThat(session.signature()).isEqualTo(model.signature());
        }
    }

    /** As where a file system says nothing of a change. */
    @Test
    void aFileOfAnotherSignatureIsNotOpenedThoughNothingElseShowsIt() throws Exception {
        OnnxModel model = readOfOldTime(OnnxModels.identity(DataType.FP32));
        readOfOldTime(OnnxModels.identity(DataType.INT32));

        assertThatThrownBy(() -> open(model))
                .hasMessageStartingWith("input 'x' is FP32 in the model file, but to ONNX Runtime it is ");
    }

    private OnnxModel readOfOldTime(byte[] bytes) throws Exception {
        Path file = Files.write(directory.resolve("model.onnx"), bytes);
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        return OnnxModel.read(file);
    }

    @Test
    void theRuntimeFillsInWhatAnOutputDoesNotDeclare() throws Exception {
        OnnxModel model = read(OnnxGraph.named("unknown_rank")
                .input("x", FLOAT, "batch", 4)
                .output("y", unknownRank(FLOAT))
                .node("Neg", "x", "y")
                .bytes());
        try (OnnxSession session = open(model)) {
            assertThat(session.signature().outputs().get(0).shape()).isEqualTo(Shape.of(-1, 4));
        }
    }

    @Test
    void anOptionalInputTakesItsDefaultOrWhatItIsGiven() throws Exception {
        Path file = Files.write(directory.resolve("model.onnx"), OnnxModels.optionalInput());
        OnnxModel model = OnnxModel.read(file, Set.of("bias"));
        try (OnnxSession session = open(model);
                OnnxTensor x = floats(new float[][] {{1, 1, 1, 1}});
                OnnxTensor bias = floats(new float[] {10, 20, 30, 40});
                OrtSession.Result result = session.ort().run(Map.of("x", x, "bias", bias))) {
            assertThat((float[][]) result.get(0).getValue()).isDeepEqualTo(new float[][] {{11, 21, 31, 41}});
        }
    }

    @Test
    void configEntriesReachTheRuntime() throws Exception {
        OnnxModel model = read(OnnxModels.mlp(4, 8, 2));
        SessionSettings otherFormat =
                new SessionSettings(1, 1, false, 2, false, false, Map.of("session.load_model_format", "ORT"));

        assertThatThrownBy(() -> OnnxSessions.open(model, otherFormat)).hasMessageContaining("ORT model");
    }

    private static OnnxTensor floats(Object values) throws OrtException {
        return OnnxTensor.createTensor(OnnxSessions.environment(), values);
    }

    private OnnxModel read(byte[] bytes) throws Exception {
        return OnnxModel.read(Files.write(directory.resolve("model.onnx"), bytes));
    }

    private static OnnxSession open(OnnxModel model) throws EngineException {
        return OnnxSessions.open(model, SessionSettings.defaults());
    }
}
