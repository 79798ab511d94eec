package dev.tern.bench.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.Datatype;
import dev.tern.proto.inference.InferTensorContents;
import dev.tern.proto.inference.ModelInferResponse;
import dev.tern.proto.inference.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerComparisonTest {
    private static final List<Long> SHAPE = List.of(2L, 2L);

    private final AnswerComparison comparison = new AnswerComparison(1e-3);

    @ParameterizedTest
    @CsvSource({
        "1, 1, true",
        "1000, 1000.9, true",
        "1000, 1001.1, false",
        "0, 0.0009, true",
        "0, 0.0011, false",
        "0, -0.0, true",
        "NaN, NaN, true",
        "NaN, 1, false",
        "1, NaN, false",
        "Infinity, Infinity, true",
        "Infinity, 1e30, false",
        "1e30, Infinity, false",
        "Infinity, -Infinity, false"
    })
    void floatsMayDifferByTheTolerance(double expected, double got, boolean same) {
        assertThat(comparison.compare(floats(Datatype.FP32, 0, 0, 0, expected), floats(Datatype.FP32, 0, 0, 0, got)))
                .matches(found -> found.isEmpty() == same);
    }

    @Test
    void theDifferenceIsPlacedInItsRow() {
        assertThat(comparison.compare(floats(Datatype.FP64, 1, 2, 3, 4), floats(Datatype.FP64, 1, 2, 3, 5)))
                .map(found -> found.in(17))
                .map(Mismatch::toString)
                .contains("request 17, output 'y', row 1, element 1: expected 4.0, got 5.0");
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16"})
    void shortFloatsMayDifferByTheirOwnPrecision(Datatype datatype) {
        AnswerComparison exact = new AnswerComparison(0);
        double step = 1 + datatype.ownPrecision();
        assertThat(exact.compare(floats(datatype, 0, 0, 0, 1), floats(datatype, 0, 0, 0, step)))
                .isEmpty();
        assertThat(exact.compare(floats(datatype, 0, 0, 0, 1), floats(datatype, 0, 0, 0, 1.25)))
                .isPresent();
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "BF16"})
    void theirOwnPrecisionIsAShareOfTheValue(Datatype datatype) {
        AnswerComparison exact = new AnswerComparison(0);
        assertThat(exact.compare(floats(datatype, 0, 0, 0, 0.001), floats(datatype, 0, 0, 0, 0.0015)))
                .isPresent();
    }

    @Test
    void textsWhoseLengthsAreNotTrueDiffer() {
        ModelInferResponse expected = raw("BYTES", List.of(1L), "\3\0\0\0abc");
        assertThat(comparison.compare(expected, raw("BYTES", List.of(1L), "\144\0\0\0abc")))
                .isPresent();
        assertThat(comparison.compare(expected, raw("BYTES", List.of(1L), "\3\0\0\0abc\0")))
                .isPresent();
    }

    @Test
    void wholeNumbersAreEqualOrNot() {
        assertThat(comparison.compare(integers(1, 2, 1_000_000, 4), integers(1, 2, 1_000_001, 4)))
                .map(Mismatch::toString)
                .contains("request -1, output 'y', row 1, element 0: expected 1000000, got 1000001");
        assertThat(comparison.compare(integers(1, 2, 3, -4), integers(1, 2, 3, -4)))
                .isEmpty();
    }

    @Test
    void textsAreComparedOneByOne() {
        ModelInferResponse expected = raw("BYTES", List.of(2L), "\1\0\0\0a\2\0\0\0bc");
        ModelInferResponse got = raw("BYTES", List.of(2L), "\2\0\0\0ab\1\0\0\0c");
        assertThat(comparison.compare(expected, got)).contains(Mismatch.ofElement("y", 0, 0, "\"a\"", "\"ab\""));
        assertThat(comparison.compare(expected, raw("BYTES", List.of(2L), "\1\0\0\0a")))
                .contains(Mismatch.ofElement("y", 1, 0, "\"bc\"", "(nothing)"));
    }

    @Test
    void formsMustBeTheSame() {
        assertThat(comparison.compare(
                        raw("FP32", List.of(1L, 2L), "12345678"), raw("FP32", List.of(2L, 1L), "12345678")))
                .contains(Mismatch.ofOutput("y", "FP32[1,2]", "FP32[2,1]"));
        assertThat(comparison.compare(raw("FP32", List.of(1L), "1234"), raw("INT32", List.of(1L), "1234")))
                .contains(Mismatch.ofOutput("y", "FP32[1]", "INT32[1]"));
        assertThat(comparison.compare(raw("FP32", List.of(1L), "1234"), raw("FP32", List.of(1L), "123")))
                .contains(Mismatch.ofOutput("y", "4 bytes", "3 bytes, not the same"));
    }

    @Test
    void outputsMustBeTheSame() {
        assertThat(comparison.compare(floats(Datatype.FP32, 1), ModelInferResponse.getDefaultInstance()))
                .contains(Mismatch.ofAnswer("outputs [y]", "outputs []"));
    }

    @Test
    void typedContentsCountAsRawOnes() {
        InferTensorContents contents = InferTensorContents.newBuilder()
                .addAllFp32Contents(List.of(1f, 2f, 3f, 4f))
                .build();
        ModelInferResponse typed = ModelInferResponse.newBuilder()
                .addOutputs(output("FP32", SHAPE).setContents(contents))
                .build();
        assertThat(comparison.compare(floats(Datatype.FP32, 1, 2, 3, 4), typed)).isEmpty();
        assertThat(comparison.compare(floats(Datatype.FP32, 1, 2, 3, 5), typed)).isPresent();
    }

    @Test
    void typedTextsAndShortIntegersCountAsRawOnes() {
        ModelInferResponse texts = typed(
                "BYTES",
                InferTensorContents.newBuilder()
                        .addBytesContents(ByteString.copyFromUtf8("a"))
                        .addBytesContents(ByteString.copyFromUtf8("bc")));
        assertThat(comparison.compare(raw("BYTES", List.of(2L), "\1\0\0\0a\2\0\0\0bc"), texts))
                .isEmpty();
        ModelInferResponse shorts =
                typed("INT16", InferTensorContents.newBuilder().addAllIntContents(List.of(1, 2)));
        assertThat(comparison.compare(raw("INT16", List.of(2L), "\1\0\2\0"), shorts))
                .isEmpty();
    }

    private static ModelInferResponse floats(Datatype datatype, double... values) {
        ByteBuffer contents = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(value -> datatype.putFloat(contents, value));
        return answer(datatype.name(), SHAPE, ByteString.copyFrom(contents.flip()));
    }

    private static ModelInferResponse integers(long... values) {
        ByteBuffer contents = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(value -> Datatype.INT32.putInteger(contents, value));
        return answer("INT32", SHAPE, ByteString.copyFrom(contents.flip()));
    }

    private static ModelInferResponse raw(String datatype, List<Long> shape, String contents) {
        return answer(datatype, shape, ByteString.copyFromUtf8(contents));
    }

    private static ModelInferResponse typed(String datatype, InferTensorContents.Builder contents) {
        return ModelInferResponse.newBuilder()
                .addOutputs(output(datatype, List.of(2L)).setContents(contents))
                .build();
    }

    private static ModelInferResponse answer(String datatype, List<Long> shape, ByteString contents) {
        return ModelInferResponse.newBuilder()
                .addOutputs(output(datatype, shape))
                .addRawOutputContents(contents)
                .build();
    }

    private static InferOutputTensor.Builder output(String datatype, List<Long> shape) {
        return InferOutputTensor.newBuilder().setName("y").setDatatype(datatype).addAllShape(shape);
    }
}
