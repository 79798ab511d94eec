package dev.tern.server.engine.onnx.graph;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.STRING;
import static dev.tern.proto.onnx.TensorProto.DataType.UINT16;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tern.proto.onnx.GraphProto;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.testing.OddModels;
import dev.tern.server.testing.OnnxGraph;
import dev.tern.server.testing.OnnxModels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and that the reason names the tensor, what is wrong with it and what would do. */
class RefusalTest {
    private static final String SUPPORTED =
            "; supported are dense tensors of BOOL, UINT8, UINT16, UINT32, UINT64, INT8,"
                    + " INT16, INT32, INT64, FP16, FP32, FP64, BF16, BYTES";

    @TempDir
    Path directory;

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        OddModels.sequenceOutput(),
                        "output 'pair' is a sequence, each element a tensor of FP32" + SUPPORTED),
                Arguments.of(
                        OddModels.sequenceInput(),
                        "input 'pair' is a sequence, each element a tensor of FP32" + SUPPORTED),
                Arguments.of(
                        OddModels.mapOutput(),
                        "output 'probabilities' is a sequence, each element a map from INT64 to a tensor of FP32"
                                + SUPPORTED),
                Arguments.of(
                        OddModels.optionalType(), "input 'maybe' is optional, if present a tensor of FP32" + SUPPORTED),
                Arguments.of(OddModels.sparseInput(), "input 'x' is a sparse tensor of FP32" + SUPPORTED),
                Arguments.of(OddModels.elementType(14), "input 'x' is a tensor of complex64" + SUPPORTED),
                Arguments.of(OddModels.elementType(17), "input 'x' is a tensor of float8e4m3fn" + SUPPORTED),
                Arguments.of(OddModels.elementType(22), "input 'x' is a tensor of int4" + SUPPORTED),
                Arguments.of(OddModels.elementType(99), "input 'x' is a tensor of element type 99" + SUPPORTED),
                Arguments.of(
                        OddModels.inputNamed("\uD83D\uDE00"),
                        "input '\uD83D\uDE00' has a name that holds a character beyond U+FFFF;"
                                + " ONNX Runtime's Java binding cannot pass it"),
                Arguments.of(
                        OddModels.inputNamed("a\0b"),
                        "input 'a\u2400b' has a name that holds a NUL character;"
                                + " ONNX Runtime's Java binding cannot pass it"),
                Arguments.of(
                        OnnxGraph.named("old")
                                .opset(5)
                                .input("x", UINT16, 1)
                                .output("y", FLOAT, 1)
                                .node("Cast", "x", "y", attribute("to", "FLOAT"))
                                .bytes(),
                        "tensor 'x' is unsigned, which needs operator set 6 or newer; the model uses 5"),
                Arguments.of(OnnxGraph.named("nothing").input("x", FLOAT, 1).bytes(), "the model has no outputs"),
                Arguments.of(new byte[0], "'model.onnx' is empty (0 bytes)"),
                Arguments.of(
                        "hello\n".getBytes(StandardCharsets.UTF_8),
                        "'model.onnx' is not an ONNX model, or only part of one (6 bytes)"),
                Arguments.of(
                        ModelProto.newBuilder().setIrVersion(8).build().toByteArray(),
                        "'model.onnx' is not an ONNX model: it holds no graph (2 bytes)"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void namesWhatIsWrong(byte[] bytes, String reason) throws Exception {
        Path file = write(bytes);

        assertThatThrownBy(() -> OnnxModel.read(file))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessage(reason);
    }

    @Test
    void aModelCutAnywhereIsNotTakenForAWholeOne() throws Exception {
        byte[] whole = OnnxModels.mlp(3, 2);
        // What follows the graph is the import of operators alone, and ONNX Runtime itself says when it is missing.
        int graphEnd = whole.length - 6;
        for (int length = 1; length < graphEnd; length++) {
            Path file = write(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> OnnxModel.read(file))
                    .as("the first %d of %d bytes", length, whole.length)
                    .isInstanceOf(ModelRefusedException.class);
        }
    }

    @Test
    void refusesWhatIsNoFile() {
        assertThatThrownBy(() -> OnnxModel.read(directory)).hasMessageEndingWith("is a directory, not a file");
        assertThatThrownBy(() -> OnnxModel.read(directory.resolve("absent.onnx")))
                .hasMessage("'absent.onnx' does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D\uDE00", "a\0b"})
    void refusesStringsThatWouldComeBackWrong(String label) throws Exception {
        Path file = write(OnnxModels.stringLabels("fine", label));

        assertThatThrownBy(() -> OnnxModel.read(file))
                .hasMessageStartingWith("output 'word' gives strings, and attribute 'values_strings' holds '")
                .hasMessageEndingWith("; ONNX Runtime's Java binding would answer it wrongly");
    }

    @Test
    void refusesThemInConstantsAndSubgraphsToo() throws Exception {
        TensorProto broken = TensorProto.newBuilder()
                .setName("broken")
                .setDataType(STRING.getNumber())
                .addStringData(ByteString.copyFrom(new byte[] {'a', (byte) 0xFF}))
                .build();
        GraphProto branch = OnnxGraph.named("branch")
                .output("word", STRING)
                .node("Constant", List.of(), "word", attribute("value", broken))
                .graph();
        Path file = write(OnnxGraph.named("nested")
                .input("go", TensorProto.DataType.BOOL)
                .output("y", STRING)
                .node("If", "go", "y", attribute("then_branch", branch), attribute("else_branch", branch))
                .bytes());

        assertThatThrownBy(() -> OnnxModel.read(file))
                .hasMessage("output 'y' gives strings, and tensor 'broken' holds 'a\uFFFD', which is not valid UTF-8;"
                        + " ONNX Runtime's Java binding would answer it wrongly");
    }

    @Test
    void stringsOfTheBasicPlaneAndVocabulariesArePassed() throws Exception {
        Path labels = write(OnnxModels.stringLabels("caf\u00e9", "\u6771\u4eac", "\uFFFD"));
        assertThatCode(() -> OnnxModel.read(labels)).doesNotThrowAnyException();

        Path vocabulary = write(OnnxModels.stringVocabulary());
        assertThatCode(() -> OnnxModel.read(vocabulary)).doesNotThrowAnyException();
    }

    @Test
    void refusesAnOptionalInputWithoutDefault() throws Exception {
        Path file = write(OnnxModels.optionalInput());

        assertThatThrownBy(() -> OnnxModel.read(file, Set.of("x")))
                .hasMessage("input 'x' is to be optional, but the model has no default for it;"
                        + " it has defaults for [bias]");
    }

    static Stream<Arguments> sideFiles() {
        return Stream.of(
                Arguments.of("../w.bin", ", outside the model's directory; it must lie in it"),
                Arguments.of("sub/../../w.bin", ", outside the model's directory; it must lie in it"),
                Arguments.of("/etc/passwd", ", an absolute path; it must lie in the model's directory"),
                Arguments.of("absent.bin", ", and the model's directory has no such file"),
                Arguments.of("", ", and the model's directory has no such file"),
                Arguments.of("*/_ORT_MEM_ADDR_/*", ", and the model's directory has no such file"));
    }

    @ParameterizedTest
    @MethodSource("sideFiles")
    void refusesSideFilesItMustNotOrCannotRead(String location, String reason) throws Exception {
        Files.write(directory.resolve("w.bin"), OddModels.externalWeights());
        Path file = Files.write(
                Files.createDirectory(directory.resolve("model")).resolve("model.onnx"),
                OddModels.externalData(location));

        assertThatThrownBy(() -> OnnxModel.read(file))
                .hasMessage("tensor 'w' has its data in '" + location + "'" + reason);
    }

    @Test
    void graphsNestedTooDeepAreRefusedBeforeTheStackOverflows() throws Exception {
        GraphProto graph = OnnxGraph.named("leaf").graph();
        for (int depth = 0; depth < 200; depth++) {
            graph = OnnxGraph.named("body")
                    .node("If", "go", "y", attribute("then_branch", graph))
                    .graph();
        }
        Path file = write(ModelProto.newBuilder().setGraph(graph).build().toByteArray());

        assertThatThrownBy(() -> OnnxModel.read(file)).isInstanceOf(ModelRefusedException.class);
    }

    private Path write(byte[] bytes) throws Exception {
        return Files.write(directory.resolve("model.onnx"), bytes);
    }
}
