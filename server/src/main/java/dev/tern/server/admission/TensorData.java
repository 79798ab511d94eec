package dev.tern.server.admission;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.BytesElements.Truncation;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.Utf8Text;
import java.nio.ByteBuffer;
import java.util.List;

/** Checks that a tensor's bytes are what its datatype and shape say. */
final class TensorData {
    private TensorData() {}

    static void check(String model, Tensor input) throws Invalid {
        long elements = elements(input);
        if (input.type() == DataType.BYTES) {
            checkElements(model, input, elements);
            return;
        }
        long expected = byteSize(input, elements);
        if (input.data().size() != expected) {
            throw Invalid.withId("input byte size mismatch for input '" + input.name() + "' for model '" + model
                    + "'. Expected " + expected + ", got " + input.data().size());
        }
    }

    private static long elements(Tensor input) throws Invalid {
        try {
            return input.shape().elements();
        } catch (ArithmeticException e) {
            throw tooLarge(input);
        }
    }

    private static long byteSize(Tensor input, long elements) throws Invalid {
        try {
            return Math.multiplyExact(elements, input.type().elementSize());
        } catch (ArithmeticException e) {
            throw tooLarge(input);
        }
    }

    private static Invalid tooLarge(Tensor input) {
        return Invalid.withoutId(
                "byte size for tensor '" + input.name() + "' exceeds maximum size of " + Long.MAX_VALUE);
    }

    private static void checkElements(String model, Tensor input, long expected) throws Invalid {
        BytesElements read = BytesElements.read(input.data());
        String subject = "for inference input '" + input.name() + "' for model '" + model + "', expecting ";
        List<ByteBuffer> elements = read.elements();
        if (elements.size() > expected) {
            throw Invalid.withId("unexpected number of string elements " + elements.size() + " " + subject + expected);
        }
        Truncation cut = read.truncation();
        if (cut != null && cut.inLength()) {
            throw Invalid.withId("incomplete string length indicator " + subject + cut.expected()
                    + " bytes but only " + cut.available()
                    + " bytes available. Please make sure the string length indicator is in one buffer.");
        }
        if (cut != null) {
            // Found by Triton's ONNX Runtime backend, hence without the request's id.
            throw Invalid.withoutId("incomplete string data for inference input '" + input.name()
                    + "', expecting string of length " + cut.expected() + " but only " + cut.available()
                    + " bytes available");
        }
        if (elements.size() < expected) {
            throw Invalid.withId("expected " + expected + " string elements for inference input '" + input.name()
                    + "' for model '" + model + "', got " + elements.size());
        }
        checkText(model, input, elements);
    }

    private static void checkText(String model, Tensor input, List<ByteBuffer> elements) throws Invalid {
        for (int i = 0; i < elements.size(); i++) {
            if (Utf8Text.decode(elements.get(i)) == null) {
                throw Invalid.withId("inference input '" + input.name() + "' for model '" + model
                        + "' holds, at element " + i + ", text that cannot be passed to the model exactly: allowed is"
                        + " UTF-8 of characters up to U+FFFF other than U+0000");
            }
        }
    }
}
