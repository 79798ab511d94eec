package dev.tern.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.server.boot.TestServer;
import dev.tern.server.tensor.DataType;
import dev.tern.server.testing.ModelDirectory;
import dev.tern.server.testing.NoLeaks;
import dev.tern.server.testing.OnnxModels;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Typed contents are the same tensor as their raw form, and are answered in raw form. */
@Tag("protocol")
class TypedContentsTest {
    private static TestServer server;

    @RegisterExtension
    final NoLeaks noLeaks = new NoLeaks();

    @BeforeAll
    static void serve(@TempDir Path repository) {
        for (DataType type : DataType.values()) {
            ModelDirectory.of(repository, type.name()).version(1, OnnxModels.identity(type));
        }
        server = TestServer.serving(repository);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Three elements and their raw form. */
    record Case(DataType type, InferTensorContents contents, ByteString raw) {
        @Override
        public String toString() {
            return type.name();
        }
    }

    static Stream<Case> cases() {
        InferTensorContents ints =
                contents().addAllIntContents(List.of(-1, 0x12345678, 300)).build();
        InferTensorContents uints =
                contents().addAllUintContents(List.of(-1, 0x12345678, 300)).build();
        List<Long> longs = List.of(Long.MIN_VALUE, -1L, 7L);
        return Stream.of(
                new Case(
                        DataType.BOOL,
                        contents()
                                .addAllBoolContents(List.of(true, false, true))
                                .build(),
                        Requests.bytes(1, 0, 1)),
                // Narrow integers keep the low bytes, as Triton does.
                new Case(DataType.INT8, ints, Requests.bytes(0xff, 0x78, 44)),
                new Case(DataType.UINT8, uints, Requests.bytes(0xff, 0x78, 44)),
                new Case(DataType.INT16, ints, Requests.bytes(0xff, 0xff, 0x78, 0x56, 44, 1)),
                new Case(DataType.UINT16, uints, Requests.bytes(0xff, 0xff, 0x78, 0x56, 44, 1)),
                new Case(DataType.INT32, ints, Requests.ints(-1, 0x12345678, 300)),
                new Case(DataType.UINT32, uints, Requests.ints(-1, 0x12345678, 300)),
                new Case(
                        DataType.INT64,
                        contents().addAllInt64Contents(longs).build(),
                        Requests.longs(Long.MIN_VALUE, -1, 7)),
                new Case(
                        DataType.UINT64,
                        contents().addAllUint64Contents(longs).build(),
                        Requests.longs(Long.MIN_VALUE, -1, 7)),
                new Case(
                        DataType.FP32,
                        contents()
                                .addAllFp32Contents(List.of(-0.0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY))
                                .build(),
                        Requests.ints(0x80000000, 1, 0xff800000)),
                new Case(
                        DataType.FP64,
                        contents()
                                .addAllFp64Contents(List.of(-0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY))
                                .build(),
                        Requests.longs(0x8000000000000000L, 1, 0xfff0000000000000L)),
                new Case(
                        DataType.BYTES,
                        contents()
                                .addBytesContents(ByteString.EMPTY)
                                .addBytesContents(ByteString.copyFromUtf8("\u4e2d\u00e9"))
                                .addBytesContents(ByteString.copyFromUtf8("abc"))
                                .build(),
                        Requests.texts("", "\u4e2d\u00e9", "abc")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAnsweredInRawForm(Case each) {
        ModelInferResponse answer = infer(each.type(), each.contents(), 1, 3);
        assertThat(answer.getRawOutputContentsList()).containsExactly(each.raw());
        assertThat(answer.getOutputs(0).hasContents()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyListIsATensorWithoutElements(DataType type) {
        ModelInferResponse answer = infer(type, InferTensorContents.getDefaultInstance(), 0, 3);
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(0L, 3L);
        assertThat(answer.getRawOutputContentsList()).containsExactly(ByteString.EMPTY);
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16"})
    void halfPrecisionHasNoTypedForm(DataType type) {
        InferTensorContents floats =
                contents().addAllFp32Contents(List.of(1f, 2f, 3f)).build();
        assertThat(Refused.by(() -> infer(type, floats, 1, 3)))
                .isEqualTo(Refused.invalid("unexpected explicit tensor data for input tensor 'x' for model '" + type
                        + "' of type 'FP32', expected datatype '" + type + "'"));
    }

    @Test
    void theFirstListThatDoesNotFitIsNamedAsTritonDoes() {
        InferTensorContents both =
                contents().addBoolContents(true).addFp32Contents(1f).build();
        assertThat(Refused.by(() -> infer(DataType.FP32, both, 1, 3)))
                .isEqualTo(Refused.invalid("unexpected explicit tensor data for input tensor 'x' for model 'FP32' of"
                        + " type 'BOOL', expected datatype 'FP32'"));
        assertThat(Refused.by(() -> infer(DataType.BOOL, both, 1, 3)))
                .isEqualTo(Refused.invalid("unexpected explicit tensor data for input tensor 'x' for model 'BOOL',"
                        + " binary data was already supplied."));
    }

    private static ModelInferResponse infer(DataType type, InferTensorContents contents, long... shape) {
        return server.stub()
                .modelInfer(Requests.typed(type.name(), "x", type.name(), contents, shape)
                        .build());
    }

    private static InferTensorContents.Builder contents() {
        return InferTensorContents.newBuilder();
    }
}
