package dev.tern.server.engine.onnx;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Joining.BatchInput;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The values of one tensor that describes a run, as Triton's {@code batch_input} has them. */
final class BatchTensors {
    private final Shape shape;
    private final long[] values;

    private BatchTensors(Shape shape, long... values) {
        this.shape = shape;
        this.values = values;
    }

    Shape shape() {
        return shape;
    }

    /** Puts the values into {@code buffer}; {@code type} is INT32 or FP32. */
    void write(DataType type, ByteBuffer buffer) {
        for (long value : values) {
            if (type == DataType.FP32) {
                buffer.putFloat((float) value);
            } else {
                buffer.putInt((int) value);
            }
        }
    }

    /** What {@code input} is for {@code batch}. */
    static BatchTensors of(BatchInput input, List<BatchItem> batch) throws EngineException {
        long[] counts = new long[batch.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = source(batch.get(i), input.source()).shape().elements();
        }
        return switch (input.kind()) {
            case ELEMENT_COUNT -> flat(counts);
            case ACCUMULATED_ELEMENT_COUNT -> flat(accumulated(counts, 0));
            case ACCUMULATED_ELEMENT_COUNT_WITH_ZERO -> flat(accumulated(counts, 1));
            case MAX_ELEMENT_COUNT_AS_SHAPE ->
                flat(new long[Math.toIntExact(Arrays.stream(counts).max().orElse(0))]);
            case ITEM_SHAPE -> itemShapes(input, batch);
            case ITEM_SHAPE_FLATTEN -> flat(itemShapes(input, batch).values);
        };
    }

    private static BatchTensors flat(long... values) {
        return new BatchTensors(Shape.of(values.length), values);
    }

    private static long[] accumulated(long[] counts, int zeros) {
        long[] sums = new long[zeros + counts.length];
        long sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += counts[i];
            sums[zeros + i] = sum;
        }
        return sums;
    }

    /** An item of several rows gives the dimensions of one for each of them. */
    private static BatchTensors itemShapes(BatchInput input, List<BatchItem> batch) throws EngineException {
        int rows = batch.stream().mapToInt(BatchItem::rows).sum();
        int rank = source(batch.get(0), input.source()).shape().rank() - 1;
        long[] dims = new long[rows * rank];
        int at = 0;
        for (BatchItem item : batch) {
            Shape shape = source(item, input.source()).shape();
            for (int i = 0; i < item.rows() * rank; i++) {
                dims[at + i] = shape.dim(1 + i % rank);
            }
            at += item.rows() * rank;
        }
        return new BatchTensors(Shape.of(rows, rank), dims);
    }

    private static Tensor source(BatchItem item, String name) throws EngineException {
        for (Tensor input : item.inputs()) {
            if (input.name().equals(name)) {
                return input;
            }
        }
        throw new EngineException("input '" + name + "' is needed to describe the batch, but the request has none");
    }
}
