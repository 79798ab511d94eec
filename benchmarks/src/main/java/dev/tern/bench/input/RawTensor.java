package dev.tern.bench.input;

import dev.tern.bench.tensor.Datatype;
import dev.tern.bench.tensor.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Counts the elements of raw contents that somebody else wrote. */
final class RawTensor {
    private RawTensor() {}

    /** @throws IllegalArgumentException when the contents end within an element */
    static int elements(Datatype datatype, byte[] contents) {
        if (datatype == Datatype.BYTES) {
            return texts(contents);
        }
        if (contents.length % datatype.size() != 0) {
            throw new IllegalArgumentException("%d bytes are not allowed (expected: a multiple of %d, the size of %s)"
                    .formatted(contents.length, datatype.size(), datatype));
        }
        return contents.length / datatype.size();
    }

    /** @throws IllegalArgumentException when we do not know the input's datatype */
    static Datatype datatype(TensorInfo input) {
        return Datatype.named(input.datatype())
                .orElseThrow(
                        () -> new IllegalArgumentException("the model's datatype " + input.datatype() + " is unknown"));
    }

    private static int texts(byte[] contents) {
        ByteBuffer rest = ByteBuffer.wrap(contents).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        while (rest.hasRemaining()) {
            int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                throw new IllegalArgumentException(
                        "%d bytes are not allowed (expected: texts, each led by its length".formatted(contents.length)
                                + " in 4 little-endian bytes)");
            }
            rest.position(rest.position() + length);
            count++;
        }
        return count;
    }
}
