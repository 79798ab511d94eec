package dev.tern.server.admission;

import static dev.tern.server.admission.Gate.ANONYMOUS;
import static dev.tern.server.admission.Gate.assertPassed;
import static dev.tern.server.admission.Gate.assertRefused;
import static dev.tern.server.admission.Gate.contract;
import static dev.tern.server.admission.Gate.empty;
import static dev.tern.server.admission.Gate.floats;
import static dev.tern.server.admission.Gate.input;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.FakeCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What requests are told that do not fit the model, in Triton's words, and what the model sees of those that do. */
class ValidationTest {
    private static final String NOTE =
            "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to"
                    + " each input shape. If you want to specify the full shape including the batch dim in your input"
                    + " dims config, try setting max_batch_size to zero. See the model configuration docs for more info"
                    + " on max_batch_size.";

    /** Batches up to 4 rows of a [3] and b [1]. */
    private static final ModelContract BATCHED =
            contract(4, input("a", DataType.FP32, 3), input("b", DataType.FP32, 1));

    private static final ModelContract UNBATCHED = contract(0, input("a", DataType.FP32, -1, 3));

    private static final ModelContract OPTIONAL = contract(
            0,
            input("a", DataType.FP32, 1),
            new InputContract("b", DataType.FP32, Shape.of(1), null, true),
            input("c", DataType.FP32, 1));

    private final Gate gate = new Gate();

    // Inputs and outputs by name.

    @Test
    void tooFewInputs() {
        assertRefused(
                ANONYMOUS + "expected 2 inputs but got 1 inputs for model 'm'. Got input(s) ['b'], but missing required"
                        + " input(s) ['a']. Please provide all required input(s).",
                gate.check(BATCHED, floats("b", 1, 1)));
    }

    @Test
    void noInputs() {
        assertRefused(
                ANONYMOUS + "expected 2 inputs but got 0 inputs for model 'm'. Got input(s) [], but missing required"
                        + " input(s) ['a','b']. Please provide all required input(s).",
                gate.check(BATCHED));
    }

    @Test
    void tooManyInputs() {
        assertRefused(
                ANONYMOUS + "expected 2 inputs but got 3 inputs for model 'm'. Got input(s) ['a','b','c'], but missing"
                        + " required input(s) []. Please provide all required input(s).",
                gate.check(BATCHED, floats("a", 1, 3), floats("b", 1, 1), floats("c", 1, 1)));
    }

    @Test
    void tooFewInputsWhereSomeAreOptional() {
        assertRefused(
                ANONYMOUS + "expected number of inputs between 2 and 3 but got 1 inputs for model 'm'. Got input(s)"
                        + " ['b'], but missing required input(s) ['a','c']. Please provide all required input(s).",
                gate.check(OPTIONAL, floats("b", 1)));
    }

    @Test
    void enoughInputsButNotTheRequiredOnes() {
        assertRefused(
                ANONYMOUS + "expected number of inputs between 2 and 3 but got 2 inputs for model 'm'. Got input(s)"
                        + " ['a','b'], but missing required input(s) ['c']. Please provide all required input(s).",
                gate.check(OPTIONAL, floats("a", 1), floats("b", 1)));
    }

    @Test
    void unknownInput() {
        assertRefused(
                "unexpected inference input 'nope' for model 'm'",
                gate.check(BATCHED, floats("a", 1, 3), floats("nope", 1, 1)));
    }

    @Test
    void unknownOutput() {
        assertRefused(
                "unexpected inference output 'nope' for model 'm'", gate.checkOutputs(UNBATCHED, List.of("y", "nope")));
    }

    @Test
    void duplicateInput() {
        assertRefused(
                ANONYMOUS + "input 'a' already exists in request",
                gate.check(BATCHED, floats("a", 1, 3), floats("a", 1, 3)));
    }

    @Test
    void duplicateOutput() {
        assertRefused(
                ANONYMOUS + "output 'y' already exists in request",
                gate.checkOutputs(UNBATCHED, List.of("y", "z", "y")));
    }

    @Test
    void messageIsLedByTheRequestsOwnId() {
        InferenceRequest request =
                new InferenceRequest("m", "r-17", List.of(), List.of(), Map.of(), FakeCall.patient());
        assertThat(gate.check(UNBATCHED, request).message())
                .startsWith("[request id: r-17] expected 1 inputs but got 0");
    }

    // Datatype and shape.

    @Test
    void wrongDatatype() {
        Tensor input = new Tensor("a", DataType.INT64, Shape.of(1, 3), HeapPayload.wrap(new byte[24]));
        assertRefused(
                ANONYMOUS + "inference input 'a' data-type is 'INT64', but model 'm' expects 'FP32'",
                gate.check(UNBATCHED, input));
    }

    @Test
    void wrongShape() {
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [2,4]. ",
                gate.check(UNBATCHED, floats("a", 2, 4)));
    }

    @Test
    void wrongShapeOfModelThatBatches() {
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [2,4]. " + NOTE,
                gate.check(BATCHED, floats("a", 2, 4), floats("b", 2, 1)));
    }

    @Test
    void batchDimensionForgotten() {
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [-1,3], got [3]. " + NOTE,
                gate.check(BATCHED, floats("a", 3), floats("b", 3, 1)));
    }

    @Test
    void noDimensionsWhereTheModelBatches() {
        assertRefused(
                ANONYMOUS + "input 'a' has no shape but model requires batch dimension for 'm'",
                gate.check(BATCHED, floats("a"), floats("b", 1, 1)));
    }

    @Test
    void dimensionLeftOpen() {
        assertRefused(
                ANONYMOUS + "All input dimensions should be specified for input 'a' for model 'm', got [-1,3]",
                gate.check(UNBATCHED, empty("a", -1, 3)));
    }

    @Test
    void rowsLeftOpen() {
        assertRefused(
                ANONYMOUS + "All input dimensions should be specified for input 'a' for model 'm', got [-1,3]",
                gate.check(BATCHED, empty("a", -1, 3), floats("b", 1, 1)));
    }

    @Test
    void negativeDimension() {
        assertRefused(
                "tensor 'a' contains an invalid dimension in shape [-2,3]", gate.check(UNBATCHED, empty("a", -2, 3)));
    }

    @Test
    void negativeRows() {
        assertRefused(
                "tensor 'a' contains an invalid dimension in shape [-5,3]",
                gate.check(BATCHED, empty("a", -5, 3), empty("b", -5, 1)));
    }

    @Test
    void moreElementsThanCanBeCounted() {
        ModelContract open = contract(0, input("a", DataType.FP32, -1, -1));
        assertRefused(
                "byte size for tensor 'a' exceeds maximum size of 9223372036854775807",
                gate.check(open, empty("a", Long.MAX_VALUE, 2)));
    }

    @Test
    void moreBytesThanCanBeCounted() {
        ModelContract open = contract(0, input("a", DataType.FP32, -1));
        assertRefused(
                "byte size for tensor 'a' exceeds maximum size of 9223372036854775807",
                gate.check(open, empty("a", Long.MAX_VALUE / 2)));
    }

    // Rows.

    @Test
    void inputsDisagreeOnRows() {
        assertRefused(
                ANONYMOUS + "input 'b' batch size does not match other inputs for 'm'",
                gate.check(BATCHED, floats("a", 2, 3), floats("b", 3, 1)));
    }

    @Test
    void moreRowsThanTheModelTakes() {
        assertRefused(
                ANONYMOUS + "inference request batch-size must be <= 4 for 'm'",
                gate.check(BATCHED, floats("a", 5, 3), floats("b", 5, 1)));
    }

    @Test
    void aModelThatSplitsTakesMoreRowsThanARun() {
        ModelContract splits = new ModelContract("m", 4, 12, BATCHED.inputs(), BATCHED.outputs());
        assertPassed(gate.check(splits, floats("a", 12, 3), floats("b", 12, 1)));
        assertRefused(
                ANONYMOUS + "inference request batch-size must be <= 12 for 'm'",
                gate.check(splits, floats("a", 13, 3), floats("b", 13, 1)));
    }

    @Test
    void tooManyRowsAreFoundBeforeTheirBytesAreLookedAt() {
        assertRefused(
                ANONYMOUS + "inference request batch-size must be <= 4 for 'm'",
                gate.check(BATCHED, empty("a", 5, 7), empty("b", 5, 1)));
    }

    @Test
    void asManyRowsAsTheModelTakes() {
        assertPassed(gate.check(BATCHED, floats("a", 4, 3), floats("b", 4, 1)));
    }

    @Test
    void noRows() {
        assertPassed(gate.check(BATCHED, floats("a", 0, 3), floats("b", 0, 1)));
    }

    // What the model sees.

    @Test
    void inputsArePutIntoTheModelsOrder() {
        assertPassed(gate.check(BATCHED, floats("b", 2, 1), floats("a", 2, 3)));
        assertThat(gate.passed.get(0).inputs()).extracting(Tensor::name).containsExactly("a", "b");
    }

    @Test
    void optionalInputsMayBeLeftOut() {
        assertPassed(gate.check(OPTIONAL, floats("c", 1), floats("a", 1)));
        assertThat(gate.passed.get(0).inputs()).extracting(Tensor::name).containsExactly("a", "c");
        assertPassed(gate.check(OPTIONAL, floats("c", 1), floats("b", 1), floats("a", 1)));
        assertThat(gate.passed.get(1).inputs()).extracting(Tensor::name).containsExactly("a", "b", "c");
    }

    @Test
    void reshapeIsAppliedToEachRow() {
        ModelContract model = contract(8, reshaped(Shape.of(6), Shape.of(2, 3)));
        assertPassed(gate.check(model, floats("a", 4, 6)));
        assertThat(gate.passed.get(0).inputs().get(0).shape()).isEqualTo(Shape.of(4, 2, 3));
    }

    @Test
    void reshapeToNoDimensionsLeavesTheBatchAlone() {
        ModelContract model = contract(8, reshaped(Shape.of(1), Shape.of()));
        assertPassed(gate.check(model, floats("a", 4, 1)));
        assertThat(gate.passed.get(0).inputs().get(0).shape()).isEqualTo(Shape.of(4));
    }

    @Test
    void reshapeKeepsVariableDimensionsInOrder() {
        ModelContract model = contract(0, reshaped(Shape.of(-1, 4, -1), Shape.of(-1, 2, 2, -1)));
        assertPassed(gate.check(model, floats("a", 5, 4, 7)));
        assertThat(gate.passed.get(0).inputs().get(0).shape()).isEqualTo(Shape.of(5, 2, 2, 7));
    }

    @Test
    void shapeIsCheckedAgainstTheConfiguredDimsNotTheReshapedOnes() {
        ModelContract model = contract(0, reshaped(Shape.of(6), Shape.of(2, 3)));
        assertRefused(
                ANONYMOUS + "unexpected shape for input 'a' for model 'm'. Expected [6], got [2,3]. ",
                gate.check(model, floats("a", 2, 3)));
    }

    private static InputContract reshaped(Shape dims, Shape reshape) {
        return new InputContract("a", DataType.FP32, dims, reshape, false);
    }
}
