package dev.tern.server.engine.onnx;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.engine.Joining.Padding;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** The lengths of one batch's items and the longest of each. */
final class BatchLengths {
    private static final long UNKNOWN = -1;

    private final Joining joining;
    private final long[][] own;
    private final long[] longest;

    private BatchLengths(Joining joining, int items) {
        this.joining = joining;
        this.own = new long[items][joining.lengths().size()];
        this.longest = new long[joining.lengths().size()];
        for (long[] each : own) {
            Arrays.fill(each, UNKNOWN);
        }
    }

    /** @throws EngineException if an item has two sizes for one length */
    static BatchLengths of(List<BatchItem> batch, Joining joining) throws EngineException {
        BatchLengths lengths = new BatchLengths(joining, batch.size());
        List<Tensor> first = batch.get(0).inputs();
        for (int input = 0; input < first.size(); input++) {
            Padding padding = joining.padded().get(first.get(input).name());
            if (padding != null) {
                for (int item = 0; item < batch.size(); item++) {
                    lengths.read(item, batch.get(item).inputs().get(input), padding.axes());
                }
            }
        }
        return lengths;
    }

    private void read(int item, Tensor tensor, Axes axes) throws EngineException {
        for (int axis = 1; axis < tensor.shape().rank(); axis++) {
            int length = axes.length(axis);
            if (length == Axes.NONE) {
                continue;
            }
            long size = tensor.shape().dim(axis);
            if (own[item][length] != UNKNOWN && own[item][length] != size) {
                throw new EngineException("input '" + tensor.name() + "' has shape " + tensor.shape() + ", but another"
                        + " input of the request has " + own[item][length] + " for its dimension " + axis + " ('"
                        + joining.lengths().get(length) + "')");
            }
            own[item][length] = size;
            longest[length] = Math.max(longest[length], size);
        }
    }

    /** What {@code item} has of a length. */
    long own(int item, int length) {
        return own[item][length];
    }

    /** The largest of all items. */
    long longest(int length) {
        return longest[length];
    }

    /** {@code shape} with its dimensions in {@code axes} as long as the longest item, and {@code rows} rows. */
    Shape padded(Shape shape, Axes axes, long rows) {
        long[] dims = shape.toArray();
        dims[0] = rows;
        for (int axis = 1; axis < dims.length; axis++) {
            if (axes.length(axis) != Axes.NONE) {
                dims[axis] = longest[axes.length(axis)];
            }
        }
        return Shape.of(dims);
    }

    /** {@code shape} with its dimensions in {@code axes} as long as {@code item}, and {@code rows} rows. */
    Shape cut(Shape shape, Axes axes, int item, long rows) {
        long[] dims = shape.toArray();
        dims[0] = rows;
        for (int axis = 1; axis < dims.length; axis++) {
            if (axes.length(axis) != Axes.NONE) {
                dims[axis] = own[item][axes.length(axis)];
            }
        }
        return Shape.of(dims);
    }
}
