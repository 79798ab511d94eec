package dev.tern.server.admission;

import static dev.tern.server.admission.Gate.ANONYMOUS;
import static dev.tern.server.admission.Gate.assertPassed;
import static dev.tern.server.admission.Gate.assertRefused;
import static dev.tern.server.admission.Gate.contract;
import static dev.tern.server.admission.Gate.input;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.testing.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What requests are told whose bytes are not what datatype and shape say. */
class TensorDataTest {
    private static final ModelContract TEXT = contract(0, input("t", DataType.BYTES, -1));

    private final Gate gate = new Gate();

    @ParameterizedTest
    @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
    void sizeFollowsFromShapeAndDatatype(DataType type) {
        ModelContract model = contract(0, input("a", type, -1, 3));
        int size = 6 * type.elementSize();
        Shape shape = Shape.of(2, 3);
        assertPassed(gate.check(model, new Tensor("a", type, shape, HeapPayload.wrap(new byte[size]))));
        assertRefused(
                ANONYMOUS + "input byte size mismatch for input 'a' for model 'm'. Expected " + size + ", got "
                        + (size + 1),
                gate.check(model, new Tensor("a", type, shape, HeapPayload.wrap(new byte[size + 1]))));
    }

    @Test
    void tooFewTexts() {
        assertRefused(
                ANONYMOUS + "expected 3 string elements for inference input 't' for model 'm', got 2",
                gate.check(TEXT, Tensors.strings("t", Shape.of(3), "a", "b")));
    }

    @Test
    void tooManyTexts() {
        assertRefused(
                ANONYMOUS + "unexpected number of string elements 2 for inference input 't' for model 'm', expecting 1",
                gate.check(TEXT, Tensors.strings("t", Shape.of(1), "a", "b")));
    }

    @Test
    void textCutInItsLength() {
        assertRefused(
                ANONYMOUS
                        + "incomplete string length indicator for inference input 't' for model 'm', expecting 4 bytes"
                        + " but only 2 bytes available. Please make sure the string length indicator is in one"
                        + " buffer.",
                gate.check(TEXT, bytes(1, 1, 0, 0, 0, 'a', 5, 0)));
    }

    @Test
    void textCutInItsBytes() {
        assertRefused(
                "incomplete string data for inference input 't', expecting string of length 5 but only 2 bytes"
                        + " available",
                gate.check(TEXT, bytes(1, 5, 0, 0, 0, 'a', 'b')));
    }

    @Test
    void lengthOfTextIsUnsigned() {
        assertRefused(
                "incomplete string data for inference input 't', expecting string of length 4294967295 but only 1 bytes"
                        + " available",
                gate.check(TEXT, bytes(1, 0xff, 0xff, 0xff, 0xff, 'a')));
    }

    @Test
    void textThatCannotBeCarriedExactly() {
        String rule = "text that cannot be passed to the model exactly: allowed is UTF-8 of characters up to U+FFFF"
                + " other than U+0000";
        String expected = ANONYMOUS + "inference input 't' for model 'm' holds, at element 1, " + rule;
        assertRefused(expected, gate.check(TEXT, Tensors.strings("t", Shape.of(2), "ok", "\uD83D\uDE00")));
        assertRefused(expected, gate.check(TEXT, Tensors.strings("t", Shape.of(2), "ok", "a\0b")));
        assertRefused(expected, gate.check(TEXT, bytes(2, 0, 0, 0, 0, 1, 0, 0, 0, 0xff)));
    }

    @Test
    void textPasses() {
        assertPassed(gate.check(TEXT, Tensors.strings("t", Shape.of(3), "", "Zürich", "東京")));
        assertPassed(gate.check(TEXT, Tensors.strings("t", Shape.of(0))));
    }

    private static Tensor bytes(int elements, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Tensor("t", DataType.BYTES, Shape.of(elements), HeapPayload.wrap(bytes));
    }
}
