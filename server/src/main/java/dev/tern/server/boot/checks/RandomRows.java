package dev.tern.server.boot.checks;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes batches of random rows. Numbers with a fraction are spread around 0, each row on a scale of its own, so that a
 * model that scales by its largest number shows it; whole numbers, and texts, which are digits, stay below a bound.
 */
final class RandomRows {
    /** Rows are scaled by powers of 2, up to this one either way. */
    private static final int SCALES = 3;

    private final List<TensorSpec> inputs;
    private final Random random;

    /** @param inputs as callers send them, batch dimension first; optional ones are left out */
    RandomRows(List<TensorSpec> inputs, Random random) {
        this.inputs = inputs.stream().filter(input -> !input.optional()).toList();
        this.random = random;
    }

    /** Whether an input has a dimension, besides the first, that varies. */
    boolean vary() {
        return inputs.stream().anyMatch(input -> !input.shape().row().isFixed());
    }

    /** Elements of one row, at least 1, of which those of dimensions that vary have {@code size}. */
    double rowElements(long size) {
        double elements = 0;
        for (TensorSpec input : inputs) {
            double each = 1;
            for (long dim : input.shape().row().toArray()) {
                each *= dim == Shape.VARIABLE ? size : dim;
            }
            elements += each;
        }
        return Math.max(1, elements);
    }

    /**
     * The inputs of {@code rows} rows.
     *
     * @param size of dimensions that vary
     * @param bound of whole numbers, which are smaller
     */
    List<Tensor> batch(int rows, long size, int bound) {
        List<Tensor> tensors = new ArrayList<>();
        for (TensorSpec input : inputs) {
            long[] dims = input.shape().toArray();
            for (int axis = 0; axis < dims.length; axis++) {
                dims[axis] = dims[axis] == Shape.VARIABLE ? size : dims[axis];
            }
            Shape shape = Shape.of(dims).withRows(rows);
            int elements = Math.toIntExact(shape.elements());
            byte[] data = input.type().hasFixedSize()
                    ? numbers(input.type(), rows, elements / rows, bound)
                    : texts(elements, bound);
            tensors.add(new Tensor(input.name(), input.type(), shape, HeapPayload.wrap(data)));
        }
        return tensors;
    }

    private byte[] numbers(DataType type, int rows, int rowElements, int bound) {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows * rowElements * type.elementSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            double scale = Math.scalb(1.0, random.nextInt(2 * SCALES + 1) - SCALES);
            for (int i = 0; i < rowElements; i++) {
                put(bytes, type, scale * random.nextGaussian(), random.nextInt(bound));
            }
        }
        return bytes.array();
    }

    private static void put(ByteBuffer bytes, DataType type, double fraction, int whole) {
        switch (type) {
            case BOOL -> bytes.put((byte) (whole % 2));
            case INT8, UINT8 -> bytes.put((byte) (whole % 128));
            case INT16, UINT16 -> bytes.putShort((short) whole);
            case INT32, UINT32 -> bytes.putInt(whole);
            case INT64, UINT64 -> bytes.putLong(whole);
            case FP32 -> bytes.putFloat((float) fraction);
            case FP64 -> bytes.putDouble(fraction);
            case BF16 -> bytes.putShort((short) (Float.floatToIntBits((float) fraction) >>> 16));
            case FP16 -> bytes.putShort(fp16((float) fraction));
            case BYTES -> throw new IllegalArgumentException("text is no number");
        }
    }

    /** Cut off to what the format holds; what is too small for its normal numbers is 0. */
    private static short fp16(float number) {
        int bits = Float.floatToIntBits(number);
        int exponent = ((bits >>> 23) & 0xFF) - 127 + 15;
        int sign = (bits >>> 16) & 0x8000;
        return (short) (exponent <= 0 ? sign : sign | (exponent << 10) | ((bits >>> 13) & 0x3FF));
    }

    private byte[] texts(int elements, int bound) {
        List<byte[]> texts = new ArrayList<>(elements);
        for (int i = 0; i < elements; i++) {
            texts.add(Integer.toString(random.nextInt(bound)).getBytes(StandardCharsets.UTF_8));
        }
        return BytesElements.write(texts);
    }
}
