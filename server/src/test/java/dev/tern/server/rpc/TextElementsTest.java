package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** BYTES elements: text that the runtime's Java binding carries exactly is served, all else is refused, never changed. */
@Tag("protocol")
class TextElementsTest {
    private static final String REFUSAL =
            "[request id: <id_unknown>] inference input 'x' for model 'text' holds, at element 1, text that cannot be"
                    + " passed to the model exactly: allowed is UTF-8 of characters up to U+FFFF other than U+0000";

    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        ModelDirectory.of(repository, "text").version(1, OnnxModels.identity(DataType.BYTES));
        ModelDirectory.of(repository, "words").version(1, OnnxModels.stringVocabulary());
        ModelDirectory.of(repository, "labels").version(1, OnnxModels.stringLabels("cat", "\u732b", "\u00e9t\u00e9"));
        server = TestServer.serving(repository);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theModelSeesTheText() {
        ByteString words = Requests.texts("z", "\u00e9", "nobody knows this");
        assertThat(server.stub()
                        .modelInfer(Requests.raw("words", "word", "BYTES", words, 3, 1)
                                .build())
                        .getRawOutputContents(0))
                .isEqualTo(Requests.longs(3, 4, -1));
    }

    @Test
    void theModelsTextIsAnsweredInUtf8() {
        assertThat(server.stub()
                        .modelInfer(Requests.raw("labels", "id", "INT64", Requests.longs(1, 2, 0), 3, 1)
                                .build())
                        .getRawOutputContents(0))
                .isEqualTo(Requests.texts("\u732b", "\u00e9t\u00e9", "cat"));
    }

    static Stream<Arguments> notCarried() {
        return Stream.of(
                Arguments.of("an emoji", "\uD83D\uDE00".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("NUL", new byte[] {'a', 0, 'b'}),
                Arguments.of("a lone continuation byte", new byte[] {(byte) 0x80}),
                Arguments.of("a cut sequence", new byte[] {'a', (byte) 0xe4, (byte) 0xb8}),
                Arguments.of("an encoded surrogate", new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}),
                Arguments.of("an overlong NUL", new byte[] {(byte) 0xc0, (byte) 0x80}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notCarried")
    void isRefusedRawAndTyped(String what, byte[] element) {
        byte[] good = {'o', 'k'};
        ByteString raw = Requests.elements(good, element, good);
        assertThat(Refused.by(() -> server.stub()
                        .modelInfer(
                                Requests.raw("text", "x", "BYTES", raw, 1, 3).build())))
                .as(what)
                .isEqualTo(Refused.invalid(REFUSAL));
        InferTensorContents typed = InferTensorContents.newBuilder()
                .addBytesContents(ByteString.copyFrom(good))
                .addBytesContents(ByteString.copyFrom(element))
                .addBytesContents(ByteString.copyFrom(good))
                .build();
        assertThat(Refused.by(() -> server.stub()
                        .modelInfer(Requests.typed("text", "x", "BYTES", typed, 1, 3)
                                .build())))
                .as(what)
                .isEqualTo(Refused.invalid(REFUSAL));
    }
}
