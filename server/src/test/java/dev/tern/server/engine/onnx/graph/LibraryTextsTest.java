package dev.tern.server.engine.onnx.graph;

import static dev.tern.proto.onnx.TensorProto.DataType.BOOL;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.proto.onnx.TensorProto.DataType.STRING;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.OnnxGraph.longsAttribute;
import static dev.tern.server.testing.OnnxGraph.stringsAttribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.server.testing.OnnxGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which models with a library's operators may give out texts. */
class LibraryTextsTest {
    private static final String DOMAIN = "ai.onnx.contrib";

    @TempDir
    Path directory;

    @Test
    void textsOfALibraryAreRefused() throws Exception {
        assertRefused(texts().node(DOMAIN, "StringUpper", List.of("x"), List.of("y")));
    }

    @Test
    void theyAreFoundThroughOtherOperatorsToo() throws Exception {
        assertRefused(texts().node(DOMAIN, "StringUpper", List.of("x"), List.of("upper"))
                .node("Identity", "upper", "same")
                .node("Concat", List.of("x", "same"), "y", attribute("axis", 0)));
    }

    @Test
    void whatALibraryCallsItsOperatorsMeansNothing() throws Exception {
        assertRefused(texts().node(DOMAIN, "LabelEncoder", List.of("x"), List.of("y")));
    }

    @Test
    void ofSeveralTextsOfOneNameEachIsLookedAt() throws Exception {
        for (boolean first : List.of(true, false)) {
            OnnxGraph graph = texts();
            if (first) {
                graph.node(DOMAIN, "StringUpper", List.of("x"), List.of("same"));
            }
            graph.node("Identity", "x", "same");
            if (!first) {
                graph.node(DOMAIN, "StringUpper", List.of("x"), List.of("same"));
            }
            assertRefused(graph.node("Identity", "same", "y"));
        }
    }

    @Test
    void theyAreSuspectedInSubgraphs() throws Exception {
        assertRefused(texts().input("go", BOOL, 1)
                .node(
                        "If",
                        "go",
                        "y",
                        attribute(
                                "then_branch",
                                OnnxGraph.named("then")
                                        .output("a", STRING, "batch", 1)
                                        .node(DOMAIN, "StringUpper", List.of("x"), List.of("a"))
                                        .graph()),
                        attribute(
                                "else_branch",
                                OnnxGraph.named("else")
                                        .output("b", STRING, "batch", 1)
                                        .node("Identity", "x", "b")
                                        .graph())));
    }

    @Test
    void numbersOfALibraryAreServed() throws Exception {
        OnnxGraph graph = OnnxGraph.named("length")
                .domain(DOMAIN, 1)
                .input("x", STRING, "batch", 1)
                .output("y", INT64, "batch", 1)
                .node(DOMAIN, "StringLength", List.of("x"), List.of("y"));
        assertThat(read(graph).operatorLibraries()).hasSize(1);
    }

    @Test
    void textsThatTheModelHoldsMayBeChosenByALibrarysNumbers() throws Exception {
        OnnxGraph graph = texts().domain("ai.onnx.ml", 3)
                .strings("labels", List.of(2L), "short", "long")
                .node(DOMAIN, "StringLength", List.of("x"), List.of("length"))
                .node(
                        "ai.onnx.ml",
                        "LabelEncoder",
                        List.of("length"),
                        List.of("word"),
                        longsAttribute("keys_int64s", List.of(1L)),
                        stringsAttribute("values_strings", List.of("one")))
                .node("Gather", List.of("labels", "length"), "label")
                .node("Concat", List.of("word", "label"), "y", attribute("axis", 0));
        assertThat(read(graph).operatorLibraries()).hasSize(1);
    }

    @Test
    void aLibraryIsPartOfTheModelsContent() throws Exception {
        OnnxGraph graph = OnnxGraph.named("length")
                .domain(DOMAIN, 1)
                .input("x", STRING, "batch", 1)
                .output("y", INT64, "batch", 1)
                .node(DOMAIN, "StringLength", List.of("x"), List.of("y"));
        OnnxModel model = read(graph);
        String before = model.digest();
        assertThat(OnnxModel.read(model.file(), Set.of()).digest()).isNotEqualTo(before);
        Files.writeString(directory.resolve("libtext.so"), "another library");

        assertThatThrownBy(() -> model.sources().requireUnchanged())
                .isInstanceOf(ModelRefusedException.class)
                .hasMessageStartingWith("'libtext.so' changed while the model was loaded");
        assertThat(OnnxModel.read(model.file(), Set.of(), model.operatorLibraries())
                        .digest())
                .isNotEqualTo(before);
    }

    /** {@code x -> y}, both texts. */
    private static OnnxGraph texts() {
        return OnnxGraph.named("texts")
                .domain(DOMAIN, 1)
                .input("x", STRING, "batch", 1)
                .output("y", STRING, "batch", 1);
    }

    private void assertRefused(OnnxGraph graph) {
        assertThatThrownBy(() -> read(graph))
                .isInstanceOf(ModelRefusedException.class)
                .hasMessage("output 'y' gives strings that an operator of a library may have made; ONNX Runtime's Java"
                        + " binding would answer some of them wrongly (allowed: numbers, and strings that the model was sent"
                        + " or holds)");
    }

    private OnnxModel read(OnnxGraph graph) throws Exception {
        Path library = Files.writeString(directory.resolve("libtext.so"), "a library");
        Path file = Files.write(directory.resolve("model.onnx"), graph.bytes());
        return OnnxModel.read(file, Set.of(), List.of(library));
    }
}
