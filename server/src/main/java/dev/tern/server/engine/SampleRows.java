package dev.tern.server.engine;

import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes single rows that any model may be tried with: ids of 0 and 1, numbers between 0 and 1, one-letter texts. Rows
 * differ from each other, so that a model that mixes them shows it.
 */
public final class SampleRows {
    private static final int ROWS = 3;

    /** Sizes tried for dimensions that vary, most telling first. */
    private static final long[] SIZES = {4, 1, 16};

    private SampleRows() {}

    /**
     * Trials for a {@link BatchProbe}, each with one size for all dimensions that vary, so that inputs whose dimensions
     * must agree do.
     *
     * @param inputs the model's inputs, batch dimension first
     */
    public static List<List<List<Tensor>>> trials(List<TensorSpec> inputs) {
        boolean varies = inputs.stream()
                .anyMatch(input ->
                        input.shape().rank() > 0 && !input.shape().row().isFixed());
        List<List<List<Tensor>>> trials = new ArrayList<>();
        for (long size : varies ? SIZES : new long[] {1}) {
            List<List<Tensor>> rows = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                rows.add(row(inputs, size, row));
            }
            trials.add(rows);
        }
        return trials;
    }

    private static List<Tensor> row(List<TensorSpec> inputs, long size, int row) {
        List<Tensor> tensors = new ArrayList<>();
        for (TensorSpec input : inputs) {
            if (!input.optional()) {
                tensors.add(fill(input, shape(input.shape(), size), row));
            }
        }
        return tensors;
    }

    private static Shape shape(Shape declared, long size) {
        long[] dims = declared.toArray();
        for (int axis = 0; axis < dims.length; axis++) {
            if (axis == 0) {
                dims[axis] = 1;
            } else if (dims[axis] == Shape.VARIABLE) {
                dims[axis] = size;
            }
        }
        return Shape.of(dims);
    }

    private static Tensor fill(TensorSpec spec, Shape shape, int row) {
        int elements = Math.toIntExact(shape.elements());
        byte[] data = spec.type().hasFixedSize() ? numbers(spec, elements, row) : texts(elements, row);
        return new Tensor(spec.name(), spec.type(), shape, HeapPayload.wrap(data));
    }

    private static byte[] numbers(TensorSpec spec, int elements, int row) {
        ByteBuffer bytes =
                ByteBuffer.allocate(elements * spec.type().elementSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            int id = (i + row) % 2;
            float fraction = ((7 * row + 3 * i) % 11) / 11f;
            switch (spec.type()) {
                case BOOL, INT8, UINT8 -> bytes.put((byte) id);
                case INT16, UINT16 -> bytes.putShort((short) id);
                case INT32, UINT32 -> bytes.putInt(id);
                case INT64, UINT64 -> bytes.putLong(id);
                case FP32 -> bytes.putFloat(fraction);
                case FP64 -> bytes.putDouble(fraction);
                case BF16 -> bytes.putShort((short) (Float.floatToIntBits(fraction) >>> 16));
                // 0, 0.25, 0.5 and so on: few bits, so that the format holds them exactly.
                case FP16 -> bytes.putShort((short) (id == 0 ? 0 : 0x3400 + 0x100 * row));
                case BYTES -> throw new IllegalArgumentException("text is no number");
            }
        }
        return bytes.array();
    }

    private static byte[] texts(int elements, int row) {
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < elements; i++) {
            texts.add(String.valueOf((char) ('a' + (i + row) % 3)).getBytes(StandardCharsets.UTF_8));
        }
        return BytesElements.write(texts);
    }
}
