package dev.tern.server.engine;

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

/**
 * Makes single rows that any model may be tried with: small ids, numbers between 0 and 1, texts that are digits. Rows
 * differ from each other, so that a model that mixes them shows it; the last one is the first again, for models that
 * join rows which are alike. Rows larger than {@link #MOST_ROW_BYTES} are not made.
 */
public final class SampleRows {
    /** Of all inputs together: up to 36 rows are held at once, on the heap. */
    static final long MOST_ROW_BYTES = 64L << 20;

    /** What a text takes before it is written into its row. */
    private static final int TEXT_BYTES = 32;

    private static final int DISTINCT_ROWS = 3;

    /** Sizes tried for dimensions that vary, most telling first. */
    private static final long[] SIZES = {4, 1, 16};

    private SampleRows() {}

    /** Sizes that rows tried together have where they may differ; a model may want more than one element, or few. */
    private static final long[][] MIXED_SIZES = {{16, 4, 9}, {4, 2, 3}, {2, 1, 1}};

    /** What is in a sample. */
    private enum Filling {
        /** Ids of 0 and 1, fractions. */
        MIXED,
        /** Ids up to 7: for models that take 0 and 1 for the same. */
        SPREAD,
        /** Ids of 0: for models that read them as offsets, which must not pass the data. */
        ZEROS,
        /** Ids of 1: for models that read them as lengths, which must not be nothing. */
        ONES
    }

    /**
     * Trials for a {@link BatchProbe}, most telling first, each with one size for all dimensions that vary, so that
     * inputs whose dimensions must agree do.
     *
     * @param inputs the model's inputs, batch dimension first
     * @param maxRows rows in a trial at the most
     */
    public static List<List<List<Tensor>>> trials(List<TensorSpec> inputs, int maxRows) {
        boolean varies = inputs.stream()
                .anyMatch(input ->
                        input.shape().rank() > 0 && !input.shape().row().isFixed());
        List<List<List<Tensor>>> trials = new ArrayList<>();
        for (Filling filling : Filling.values()) {
            for (long size : varies ? SIZES : new long[] {1}) {
                addTrial(trials, inputs, (input, row, axis) -> size, filling, maxRows);
            }
        }
        return trials;
    }

    /**
     * As {@link #trials}, the rows of each trial differing in size where {@code joining} lets them, and each length in
     * another order, so that one taken for another shows; none where it does not.
     */
    public static List<List<List<Tensor>>> mixedTrials(List<TensorSpec> inputs, Joining joining, int maxRows) {
        List<List<List<Tensor>>> trials = new ArrayList<>();
        for (Filling filling : Filling.values()) {
            for (long[] sizes : joining.joinsLengths() ? MIXED_SIZES : new long[0][]) {
                addTrial(
                        trials,
                        inputs,
                        (input, row, axis) -> joining.mayDiffer(input, axis)
                                ? sizes[(row + joining.lengthOf(input, axis)) % sizes.length]
                                : SIZES[0],
                        filling,
                        maxRows);
            }
        }
        return trials;
    }

    /** The size of a dimension that varies. */
    private interface Sizes {
        long of(String input, int row, int axis);
    }

    /** Adds the trial, unless one of its rows is too large. */
    private static void addTrial(
            List<List<List<Tensor>>> trials, List<TensorSpec> inputs, Sizes sizes, Filling filling, int maxRows) {
        int distinct = Math.min(DISTINCT_ROWS, maxRows);
        for (int row = 0; row < distinct; row++) {
            if (rowBytes(inputs, sizes, row) > MOST_ROW_BYTES) {
                return;
            }
        }
        List<List<Tensor>> rows = new ArrayList<>();
        for (int row = 0; row < distinct; row++) {
            rows.add(row(inputs, sizes, filling, row));
        }
        if (rows.size() < maxRows) {
            rows.add(rows.get(0));
        }
        trials.add(rows);
    }

    /** A fraction has room for any product of dimensions. */
    private static double rowBytes(List<TensorSpec> inputs, Sizes sizes, int row) {
        double bytes = 0;
        for (TensorSpec input : inputs) {
            double each = input.type().hasFixedSize() ? input.type().elementSize() : TEXT_BYTES;
            for (long dim : dims(input, sizes, row)) {
                each *= dim;
            }
            bytes += input.optional() ? 0 : each;
        }
        return bytes;
    }

    private static List<Tensor> row(List<TensorSpec> inputs, Sizes sizes, Filling filling, int row) {
        List<Tensor> tensors = new ArrayList<>();
        for (TensorSpec input : inputs) {
            if (!input.optional()) {
                tensors.add(fill(input, Shape.of(dims(input, sizes, row)), filling, row));
            }
        }
        return tensors;
    }

    private static long[] dims(TensorSpec input, Sizes sizes, int row) {
        long[] dims = input.shape().toArray();
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] == Shape.VARIABLE) {
                dims[axis] = axis == 0 ? 1 : sizes.of(input.name(), row, axis);
            }
        }
        return dims;
    }

    private static Tensor fill(TensorSpec spec, Shape shape, Filling filling, int row) {
        int elements = Math.toIntExact(shape.elements());
        byte[] data = spec.type().hasFixedSize()
                ? numbers(spec.type(), elements, filling, row)
                : texts(elements, filling, row);
        return new Tensor(spec.name(), spec.type(), shape, HeapPayload.wrap(data));
    }

    private static byte[] numbers(DataType type, int elements, Filling filling, int row) {
        ByteBuffer bytes = ByteBuffer.allocate(elements * type.elementSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            put(bytes, type, id(filling, i, row), fraction(i, row));
        }
        return bytes.array();
    }

    private static int id(Filling filling, int element, int row) {
        return switch (filling) {
            case MIXED -> (element + row) % 2;
            case SPREAD -> (element + 3 * row) % 8;
            case ZEROS -> 0;
            case ONES -> 1;
        };
    }

    /** Each row's numbers are smaller than the last one's, so that a model that scales by the largest shows it. */
    private static float fraction(int element, int row) {
        return ((7 * row + 3 * element) % 11) / (11f * (1 + row));
    }

    private static void put(ByteBuffer bytes, DataType type, int id, float fraction) {
        switch (type) {
            case BOOL -> bytes.put((byte) (id % 2));
            case INT8, UINT8 -> bytes.put((byte) id);
            case INT16, UINT16 -> bytes.putShort((short) id);
            case INT32, UINT32 -> bytes.putInt(id);
            case INT64, UINT64 -> bytes.putLong(id);
            case FP32 -> bytes.putFloat(fraction);
            case FP64 -> bytes.putDouble(fraction);
            case BF16 -> bytes.putShort((short) (Float.floatToIntBits(fraction) >>> 16));
            case FP16 -> bytes.putShort(fp16(fraction));
            case BYTES -> throw new IllegalArgumentException("text is no number");
        }
    }

    /** A number from 0 to 1, cut off to what the format holds. */
    private static short fp16(float fraction) {
        int bits = Float.floatToIntBits(fraction);
        return (short) (bits == 0 ? 0 : (((bits >>> 23) - 127 + 15) << 10) | ((bits >>> 13) & 0x3FF));
    }

    private static byte[] texts(int elements, Filling filling, int row) {
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < elements; i++) {
            texts.add(Integer.toString(id(filling, i, row)).getBytes(StandardCharsets.UTF_8));
        }
        return BytesElements.write(texts);
    }
}
