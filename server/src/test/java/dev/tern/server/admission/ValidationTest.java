package dev.tern.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import dev.tern.server.testing.RecordingReply;
import dev.tern.server.testing.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What requests are told that do not fit the model, in Triton's words, and what the model sees of those that do. */
class ValidationTest {
    private static final String ANONYMOUS = "[request id: <id_unknown>] ";
    private static final String NOTE =
            "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to"
                    + " each input shape. If you want to specify the full shape including the batch dim in your input"
                    + " dims config, try setting max_batch_size to zero. See the model configuration docs for more info"
                    + " on max_batch_size.";

    private static final OutputContract Y = new OutputContract("y", Shape.of(1), null);
    private static final OutputContract Z = new OutputContract("z", Shape.of(1), null);

    /** Batches up to 4 rows of a [3] and b [1]. */
    private static final ModelContract BATCHED =
            contract(4, input("a", DataType.FP32, 3), input("b", DataType.FP32, 1));

    private static final ModelContract UNBATCHED = contract(0, input("a", DataType.FP32, -1, 3));

    private static final ModelContract OPTIONAL = contract(
            0,
            input("a", DataType.FP32, 1),
            new InputContract("b", DataType.FP32, Shape.of(1), null, true),
            input("c", DataType.FP32, 1));

    private static final ModelContract TEXT = contract(0, input("t", DataType.BYTES, -1));

    private final List<InferenceRequest> passed = new ArrayList<>();

    // Inputs and outputs by name.

    @Test
    void tooFewInputs() {
        assertRefused(
                ANONYMOUS + "expected 2 inputs but got 1 inputs for model 'm'. Got input(s) ['b'], but missing required"
                        + " input(s) ['a']. Please provide all required input(s).",
                check(BATCHED, floats("b", 1, 1)));
    }

    @Test
    void noInputs() {
        assertRefused(
                ANONYMOUS + "expected 2 inputs but got 0 inputs for model 'm'. Got input(s) [], but missing required"
                        + " input(s) ['a','b']. Please provide all required input(s).",
                check(BATCHED));
    }

    @Test
    void tooManyInputs() {
        assertRefused(
                ANONYMOUS + "expected 2 inputs but got 3 inputs for model 'm'. Got input(s) ['a','b','c'], but missing"
                        + " required input(s) []. Please provide all required input(s).",
                check(BATCHED, floats("a", 1, 3), floats("b", 1, 1), floats("c", 1, 1)));
    }

    @Test
    void tooFewInputsWhereSomeAreOptional() {
        assertRefused(
                ANONYMOUS + "expected number of inputs between 2 and 3 but got 1 inputs for model 'm'. Got input(s)"
                        + " ['b'], but missing required input(s) ['a','c']. Please provide all required input(s).",
                check(OPTIONAL, floats("b", 1)));
    }

    @Test
    void enoughInputsButNotTheRequiredOnes() {
        assertRefused(
                ANONYMOUS + "expected number of inputs between 2 and 3 but got 2 inputs for model 'm'. Got input(s)"
                        + " ['a','b'], but missing required input(s) ['c']. Please provide all required input(s).",
                check(OPTIONAL, floats("a", 1), floats("b", 1)));
    }

    @Test
    void unknownInput() {
        assertRefused(
                "unexpected inference input 'nope' for model 'm'",
                check(BATCHED, floats("a", 1, 3), floats("nope", 1, 1)));
    }

    @Test
    void unknownOutput() {
        assertRefused("unexpected inference output 'nope' for model 'm'", checkOutputs(List.of("y", "nope")));
    }

    @Test
    void duplicateInput() {
        assertRefused(
                ANONYMOUS + "input 'a' already exists in request",
                check(BATCHED, floats("a", 1, 3), floats("a", 1, 3)));
    }

    @Test
    void duplicateOutput() {
        assertRefused(ANONYMOUS + "output 'y' already exists in request", checkOutputs(List.of("y", "z", "y")));
    }

    @Test
    void messageIsLedByTheRequestsOwnId() {
        InferenceRequest request =
                new InferenceRequest("m", "r-17", List.of(), List.of(), Map.of(), FakeCall.patient());
        assertThat(check(UNBATCHED, request).message()).startsWith("[request id: r-17] expected 1 inputs but got 0");
    }

    // Datatype and shape.

    @Test
    void wrongDatatype() {
        Tensor input = new Tensor("a", DataType.INT64, Shape.of(1, 3), HeapPayload.wrap(new byte[24]));
        assertRefused(
                ANONYMOUS + "inference input 'a' data-type is 'INT64', but model 'm' expects 'FP32'",
                check(UNBATCHED, input));
    }

    @Test
    void wrongShape() {
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [2,4]. ",
                check(UNBATCHED, floats("a", 2, 4)));
    }

    @Test
    void wrongShapeOfModelThatBatches() {
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [2,4]. " + NOTE,
                check(BATCHED, floats("a", 2, 4), floats("b", 2, 1)));
    }

    @Test
    void batchDimensionForgotten() {
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [3]. " + NOTE,
                check(BATCHED, floats("a", 3), floats("b", 3, 1)));
    }

    @Test
    void noDimensionsWhereTheModelBatches() {
        assertRefused(
                ANONYMOUS + "input 'a' has no shape but model requires batch dimension for 'm'",
                check(BATCHED, floats("a"), floats("b", 1, 1)));
    }

    @Test
    void dimensionLeftOpen() {
        assertRefused(
                ANONYMOUS + "All input dimensions should be specified for input 'a' for model 'm', got [-1,3]",
                check(UNBATCHED, empty("a", -1, 3)));
    }

    @Test
    void rowsLeftOpen() {
        assertRefused(
                ANONYMOUS + "All input dimensions should be specified for input 'a' for model 'm', got [-1,3]",
                check(BATCHED, empty("a", -1, 3), floats("b", 1, 1)));
    }

    @Test
    void negativeDimension() {
        assertRefused("tensor 'a' contains an invalid dimension in shape [-2,3]", check(UNBATCHED, empty("a", -2, 3)));
    }

    @Test
    void negativeRows() {
        assertRefused(
                "tensor 'a' contains an invalid dimension in shape [-5,3]",
                check(BATCHED, empty("a", -5, 3), empty("b", -5, 1)));
    }

    @Test
    void moreElementsThanCanBeCounted() {
        ModelContract open = contract(0, input("a", DataType.FP32, -1, -1));
        assertRefused(
                "byte size for tensor 'a' exceeds maximum size of 9223372036854775807",
                check(open, empty("a", Long.MAX_VALUE, 2)));
    }

    @Test
    void moreBytesThanCanBeCounted() {
        ModelContract open = contract(0, input("a", DataType.FP32, -1));
        assertRefused(
                "byte size for tensor 'a' exceeds maximum size of 9223372036854775807",
                check(open, empty("a", Long.MAX_VALUE / 2)));
    }

    // Rows.

    @Test
    void inputsDisagreeOnRows() {
        assertRefused(
                ANONYMOUS + "input 'b' batch size does not match other inputs for 'm'",
                check(BATCHED, floats("a", 2, 3), floats("b", 3, 1)));
    }

    @Test
    void moreRowsThanTheModelTakes() {
        assertRefused(
                ANONYMOUS + "inference request batch-size must be <= 4 for 'm'",
                check(BATCHED, floats("a", 5, 3), floats("b", 5, 1)));
    }

    @Test
    void tooManyRowsAreFoundBeforeTheirBytesAreLookedAt() {
        assertRefused(
                ANONYMOUS + "inference request batch-size must be <= 4 for 'm'",
                check(BATCHED, empty("a", 5, 7), empty("b", 5, 1)));
    }

    @Test
    void asManyRowsAsTheModelTakes() {
        assertPassed(check(BATCHED, floats("a", 4, 3), floats("b", 4, 1)));
    }

    @Test
    void noRows() {
        assertPassed(check(BATCHED, floats("a", 0, 3), floats("b", 0, 1)));
    }

    // Bytes.

    @ParameterizedTest
    @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
    void sizeFollowsFromShapeAndDatatype(DataType type) {
        ModelContract model = contract(0, input("a", type, -1, 3));
        int size = 6 * type.elementSize();
        Shape shape = Shape.of(2, 3);
        assertPassed(check(model, new Tensor("a", type, shape, HeapPayload.wrap(new byte[size]))));
        assertRefused(
                ANONYMOUS + "input byte size mismatch for input 'a' for model 'm'. Expected " + size + ", got "
                        + (size + 1),
                check(model, new Tensor("a", type, shape, HeapPayload.wrap(new byte[size + 1]))));
    }

    @Test
    void tooFewTexts() {
        assertRefused(
                ANONYMOUS + "expected 3 string elements for inference input 't' for model 'm', got 2",
                check(TEXT, Tensors.texts("t", Shape.of(3), "a", "b")));
    }

    @Test
    void tooManyTexts() {
        assertRefused(
                ANONYMOUS + "unexpected number of string elements 2 for inference input 't' for model 'm', expecting 1",
                check(TEXT, Tensors.texts("t", Shape.of(1), "a", "b")));
    }

    @Test
    void textCutInItsLength() {
        assertRefused(
                ANONYMOUS
                        + "incomplete string length indicator for inference input 't' for model 'm', expecting 4 bytes"
                        + " but only 2 bytes available. Please make sure the string length indicator is in one"
                        + " buffer.",
                check(TEXT, bytes(1, 1, 0, 0, 0, 'a', 5, 0)));
    }

    @Test
    void textCutInItsBytes() {
        assertRefused(
                "incomplete string data for inference input 't', expecting string of length 5 but only 2 bytes"
                        + " available",
                check(TEXT, bytes(1, 5, 0, 0, 0, 'a', 'b')));
    }

    @Test
    void lengthOfTextIsUnsigned() {
        assertRefused(
                "incomplete string data for inference input 't', expecting string of length 4294967295 but only 1 bytes"
                        + " available",
                check(TEXT, bytes(1, 0xff, 0xff, 0xff, 0xff, 'a')));
    }

    @Test
    void textThatCannotBeCarriedExactly() {
        String rule = "text that cannot be passed to the model exactly: allowed is UTF-8 of characters up to U+FFFF"
                + " other than U+0000";
        String expected = ANONYMOUS + "inference input 't' for model 'm' holds, at element 1, " + rule;
        assertRefused(expected, check(TEXT, Tensors.texts("t", Shape.of(2), "ok", "\uD83D\uDE00")));
        assertRefused(expected, check(TEXT, Tensors.texts("t", Shape.of(2), "ok", "a\0b")));
        assertRefused(expected, check(TEXT, bytes(2, 0, 0, 0, 0, 1, 0, 0, 0, 0xff)));
    }

    @Test
    void textPasses() {
        assertPassed(check(TEXT, Tensors.texts("t", Shape.of(3), "", "Zürich", "東京")));
        assertPassed(check(TEXT, Tensors.texts("t", Shape.of(0))));
    }

    // What the model sees.

    @Test
    void inputsArePutIntoTheModelsOrder() {
        assertPassed(check(BATCHED, floats("b", 2, 1), floats("a", 2, 3)));
        assertThat(passed.get(0).inputs()).extracting(Tensor::name).containsExactly("a", "b");
    }

    @Test
    void optionalInputsMayBeLeftOut() {
        assertPassed(check(OPTIONAL, floats("c", 1), floats("a", 1)));
        assertThat(passed.get(0).inputs()).extracting(Tensor::name).containsExactly("a", "c");
        assertPassed(check(OPTIONAL, floats("c", 1), floats("b", 1), floats("a", 1)));
        assertThat(passed.get(1).inputs()).extracting(Tensor::name).containsExactly("a", "b", "c");
    }

    @Test
    void reshapeIsAppliedToEachRow() {
        ModelContract model = contract(8, reshaped(Shape.of(6), Shape.of(2, 3)));
        assertPassed(check(model, floats("a", 4, 6)));
        assertThat(passed.get(0).inputs().get(0).shape()).isEqualTo(Shape.of(4, 2, 3));
    }

    @Test
    void reshapeToNoDimensionsLeavesTheBatchAlone() {
        ModelContract model = contract(8, reshaped(Shape.of(1), Shape.of()));
        assertPassed(check(model, floats("a", 4, 1)));
        assertThat(passed.get(0).inputs().get(0).shape()).isEqualTo(Shape.of(4));
    }

    @Test
    void reshapeKeepsVariableDimensionsInOrder() {
        ModelContract model = contract(0, reshaped(Shape.of(-1, 4, -1), Shape.of(-1, 2, 2, -1)));
        assertPassed(check(model, floats("a", 5, 4, 7)));
        assertThat(passed.get(0).inputs().get(0).shape()).isEqualTo(Shape.of(5, 2, 2, 7));
    }

    @Test
    void shapeIsCheckedAgainstTheConfiguredDimsNotTheReshapedOnes() {
        ModelContract model = contract(0, reshaped(Shape.of(6), Shape.of(2, 3)));
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [6], got [2,3]. ",
                check(model, floats("a", 2, 3)));
    }

    private static InputContract reshaped(Shape dims, Shape reshape) {
        return new InputContract("a", DataType.FP32, dims, reshape, false);
    }

    private static InputContract input(String name, DataType type, long... dims) {
        return new InputContract(name, type, Shape.of(dims), null, false);
    }

    private static ModelContract contract(int maxBatchSize, InputContract... inputs) {
        return new ModelContract("m", maxBatchSize, List.of(inputs), List.of(Y, Z));
    }

    /** An FP32 input of this shape with as many bytes as that takes. */
    private static Tensor floats(String name, long... dims) {
        Shape shape = Shape.of(dims);
        return Tensors.floats(name, shape, new float[(int) shape.elements()]);
    }

    private static Tensor empty(String name, long... dims) {
        return Tensors.floats(name, Shape.of(dims));
    }

    private static Tensor bytes(int elements, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Tensor("t", DataType.BYTES, Shape.of(elements), HeapPayload.wrap(bytes));
    }

    private Failure checkOutputs(List<String> outputs) {
        return check(
                UNBATCHED,
                new InferenceRequest("m", "", List.of(floats("a", 1, 3)), outputs, Map.of(), FakeCall.patient()));
    }

    private Failure check(ModelContract contract, Tensor... inputs) {
        return check(contract, new InferenceRequest("m", "", List.of(inputs), List.of(), Map.of(), FakeCall.patient()));
    }

    /** The failure, or {@link #PASSED} if the request was passed on. */
    private Failure check(ModelContract contract, InferenceRequest request) {
        RecordingReply reply = new RecordingReply();
        int before = passed.size();
        new Validation(contract, (valid, same) -> passed.add(valid)).predict(request, reply);
        assertThat(passed.size() > before).isNotEqualTo(reply.isAnswered());
        return reply.isAnswered() ? reply.failure() : PASSED;
    }

    private static final Failure PASSED = Failure.of(Kind.UNIMPLEMENTED, "passed on");

    private static void assertPassed(Failure failure) {
        assertThat(failure).isSameAs(PASSED);
    }

    private static void assertRefused(String message, Failure failure) {
        assertThat(failure).isEqualTo(Failure.of(Kind.INVALID_ARGUMENT, message));
    }
}
