package dev.tern.bench.input;

import dev.tern.bench.tensor.Datatype;
import dev.tern.bench.tensor.TensorInfo;
import java.util.List;
import java.util.Optional;

/**
 * An input as it will be sent.
 *
 * @param name the input's name
 * @param datatype its datatype
 * @param shape its dimensions, none of them variable any more
 * @param range where its values come from; empty for BOOL, and for BYTES of random letters
 */
record InputTensor(String name, Datatype datatype, List<Long> shape, Optional<ValueRange> range) {
    private static final long LARGEST = 1L << 30;

    InputTensor {
        shape = List.copyOf(shape);
        if (elements(shape) > LARGEST) {
            throw new InputException("input '%s' of shape %s is too large (allowed: %d elements)"
                    .formatted(name, TensorInfo.dimensions(shape), LARGEST));
        }
    }

    /** How many elements the shape holds. */
    int elements() {
        return (int) elements(shape);
    }

    /** Without the values. */
    TensorInfo info() {
        return new TensorInfo(name, datatype.name(), shape);
    }

    /** For people: {@code dense FP32[4,13]}. */
    @Override
    public String toString() {
        return name + " " + datatype + TensorInfo.dimensions(shape);
    }

    private static long elements(List<Long> shape) {
        return shape.stream()
                .mapToLong(Long::longValue)
                .reduce(1, (left, right) -> right == 0 ? 0 : left > LARGEST / right ? LARGEST + 1 : left * right);
    }
}
