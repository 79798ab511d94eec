package dev.tern.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.RepositoryModelLoadRequest;
import dev.tern.server.engine.onnx.ExtensionsLibrary;
import dev.tern.server.repository.ControlMode;
import dev.tern.server.repository.ControlSettings;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.OnnxModels;
import dev.tern.server.testing.Tensors;
import dev.tern.server.testing.TextModels;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models whose operators come from a library: onnxruntime-extensions, named as such or as a file of the model. Its jar has
 * libraries for x86-64 only.
 */
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class OperatorLibrariesTest {
    private static final String EXTENSIONS = "model_operations { op_library_filename: 'onnxruntime-extensions' } ";
    private static final String OWN = "model_operations { op_library_filename: 'libtext.so' } ";
    private static final ControlSettings EXPLICIT =
            new ControlSettings(ControlMode.EXPLICIT, List.of("*"), Duration.ofSeconds(15), 0, OptionalLong.empty());

    @TempDir
    Path directory;

    private Path repository() {
        return directory.resolve("repository");
    }

    private ModelDirectory model(String name) {
        return ModelDirectory.of(repository(), name);
    }

    @Test
    void aTokenizerOfTheExtensionsIsServed() {
        model("tokenizer")
                .version(
                        1,
                        TextModels.bertTokenizer("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "##s"))
                .config(EXTENSIONS + "max_batch_size: 0");
        try (TestServer server = TestServer.serving(repository())) {
            assertThat(Tensors.longs(Requests.infer(
                                    server, "tokenizer", Tensors.strings("text", Shape.of(1), "Hello WORLDS you"))
                            .get(0)))
                    .containsExactly(2, 5, 6, 7, 1, 3);
        }
    }

    @Test
    void anImageIsDecodedByTheExtensions() throws IOException {
        model("decode").version(1, TextModels.decodeImage()).config(EXTENSIONS + "max_batch_size: 0");
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x010203);
        image.setRGB(1, 0, 0x7F0010);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, "png", png)).isTrue();
        try (TestServer server = TestServer.serving(repository())) {
            Tensor pixels = Requests.infer(
                            server,
                            "decode",
                            Tensors.raw("image", DataType.UINT8, Shape.of(png.size()), png.toByteArray()))
                    .get(0);
            assertThat(pixels.shape()).isEqualTo(Shape.of(1, 2, 3));
            assertThat(Tensors.bytes(pixels)).containsExactly(3, 2, 1, 0x10, 0, 0x7F);
        }
    }

    @Test
    void aLibraryOfTheModelsOwnIsTriedAndServedInBatches() throws Exception {
        model("length").version(1, TextModels.length()).config(OWN + "max_batch_size: 8");
        model("length").file("libtext.so", library());
        try (TestServer server = TestServer.builder(repository())
                .trialLoad(directory.resolve("state"))
                .start()) {
            assertThat(lengths(server, "a", "\u00e9t\u00e9", "")).containsExactly(1, 3, 0);
        }
        try (Stream<Path> trials = Files.list(directory.resolve("state/trial-loads"))) {
            assertThat(trials).hasSize(1);
        }
        assertThat(leftBehind()).isEmpty();
    }

    @Test
    void aModelIsReloadedWhileItsLibraryIsWrittenOver() throws Exception {
        model("length")
                .version(1, TextModels.length())
                .config(OWN + "max_batch_size: 8 response_cache { enable: true }");
        model("length").file("libtext.so", library());
        try (TestServer server =
                TestServer.builder(repository()).control(EXPLICIT).start()) {
            assertThat(origin(server)).isEqualTo("miss");
            assertThat(origin(server)).isEqualTo("l1");
            // What is mapped is no file that anybody writes to: in its place the process would die here.
            model("length").file("libtext.so", text("no library"));
            assertThat(lengths(server, "four")).containsExactly(4);
            assertThat(refusal(server))
                    .contains("version 1 is at UNAVAILABLE state: operator library 'libtext.so' cannot be loaded: ");
            assertThat(lengths(server, "three")).containsExactly(5);

            byte[] changed = library();
            changed = Arrays.copyOf(changed, changed.length + 1);
            model("length").file("libtext.so", changed);
            load(server);
            assertThat(origin(server)).as("after a library of another content").isEqualTo("miss");
        }
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(
                        OWN,
                        "libother.so",
                        text("any"),
                        "model_operations.op_library_filename: 'libtext.so' is no file in the version's directory, nor in"
                                + " the model's"),
                Arguments.of(OWN, "libtext.so", text("no library"), "operator library 'libtext.so' cannot be loaded: "),
                Arguments.of(OWN, "libtext.so", new byte[0], "operator library 'libtext.so' cannot be loaded: "),
                Arguments.of(
                        "",
                        "libtext.so",
                        text("any"),
                        "ai.onnx.contrib:StringLength(-1) is not a registered function/op"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aLibraryThatCannotBeLoadedHarmsItsModelOnly(String config, String file, byte[] content, String reason) {
        model("length").version(1, TextModels.length()).config(config).file(file, content);
        model("good").version(1, OnnxModels.times(3));
        try (TestServer server = TestServer.serving(repository())) {
            assertThat(server.loaded())
                    .filteredOn(each -> each.name().equals("length"))
                    .singleElement()
                    .satisfies(each -> assertThat(each.versions().get(0).reason())
                            .contains(reason)
                            .doesNotContain(directory.toString())
                            .doesNotContain(System.getProperty("java.io.tmpdir") + "/"));
            assertThat(Tensors.floats(Requests.infer(server, "good", Tensors.floats("x", Shape.of(1, 4), 1, 2, 3, 4))
                            .get(0)))
                    .containsExactly(3, 6, 9, 12);
        }
        assertThat(leftBehind()).isEmpty();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] library() throws Exception {
        return Files.readAllBytes(ExtensionsLibrary.file());
    }

    private static long[] lengths(TestServer server, String... texts) {
        return Tensors.longs(Requests.infer(server, "length", Tensors.strings("text", Shape.of(texts.length, 1), texts))
                .get(0));
    }

    private static String origin(TestServer server) {
        ModelInferResponse response = server.stub()
                .modelInfer(Requests.request("length", List.of(Tensors.strings("text", Shape.of(1, 1), "kept"))));
        assertThat(Tensors.longs(Requests.tensors(response).get(0))).containsExactly(4);
        return response.getParametersOrThrow("tern_cache").getStringParam();
    }

    private static void load(TestServer server) {
        var unused = server.stub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("length")
                        .build());
    }

    private static String refusal(TestServer server) {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, () -> load(server));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        return String.valueOf(refused.getStatus().getDescription());
    }

    /** Copies of libraries that are mapped without their names. */
    private static List<Path> leftBehind() {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(each -> String.valueOf(each.getFileName()).startsWith("tern-operators-"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
