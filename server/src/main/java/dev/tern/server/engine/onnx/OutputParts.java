package dev.tern.server.engine.onnx;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Joining;
import dev.tern.server.engine.Joining.Axes;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds which part of an output belongs to which item where rows alone do not tell. */
final class OutputParts {
    private final Joining joining;

    OutputParts(Joining joining) {
        this.joining = joining;
    }

    /**
     * The shape of each item's part of an output of {@code shape}; null where each item has as many whole rows as it
     * brought.
     *
     * @throws EngineException if the output does not have the size that its inputs promise
     */
    @Nullable
    List<Shape> of(TensorSpec spec, Shape shape, List<BatchItem> batch) throws EngineException {
        String source = joining.scattered().get(spec.name());
        if (source != null) {
            return likeSource(spec, shape, batch, source);
        }
        Axes axes = joining.cuts().get(spec.name());
        return axes == null || batch.size() == 1 ? null : cut(spec, shape, batch, axes);
    }

    private static List<Shape> likeSource(TensorSpec spec, Shape shape, List<BatchItem> batch, String source)
            throws EngineException {
        List<Shape> parts = new ArrayList<>(batch.size());
        long elements = 0;
        for (BatchItem item : batch) {
            for (Tensor input : item.inputs()) {
                if (input.name().equals(source)) {
                    parts.add(input.shape());
                    elements += input.shape().elements();
                }
            }
        }
        if (parts.size() != batch.size() || shape.elements() != elements) {
            throw new EngineException("output '" + spec.name() + "' has shape " + shape + " and cannot be given the"
                    + " shape of input '" + source + "', which has " + elements + " elements");
        }
        return parts;
    }

    private @Nullable List<Shape> cut(TensorSpec spec, Shape shape, List<BatchItem> batch, Axes axes)
            throws EngineException {
        BatchLengths lengths = BatchLengths.of(batch, joining);
        long rows = 0;
        for (BatchItem item : batch) {
            rows += item.rows();
        }
        if (!shape.equals(lengths.padded(shape, axes, rows))) {
            throw new EngineException("output '" + spec.name() + "' has shape " + shape + " where inputs were padded to"
                    + " " + lengths.padded(shape, axes, rows) + " and cannot be cut to the requests' lengths");
        }
        List<Shape> parts = new ArrayList<>(batch.size());
        boolean same = true;
        for (int i = 0; i < batch.size(); i++) {
            parts.add(lengths.cut(shape, axes, i, batch.get(i).rows()));
            same &= parts.get(i).sameRow(shape);
        }
        return same ? null : parts;
    }

    /**
     * Moves the parts of {@code elements}, each in a block as large as the longest item's, to follow each other without
     * the padding.
     *
     * @param elements an array of them
     * @param unit places in the array for one element
     */
    static void moveTogether(Object elements, int unit, Shape shape, List<Shape> parts) {
        if (shape.rank() != parts.get(0).rank()) {
            // Parts of a flat output have no padding between them.
            return;
        }
        Move move = new Move(elements, unit);
        for (Shape part : parts) {
            PaddedWalk.walk(part, shape.row().rows(part.dim(0)), move);
        }
    }

    private static final class Move implements PaddedWalk.Visitor {
        private final Object elements;
        private final int unit;
        private int from;
        private int to;

        Move(Object elements, int unit) {
            this.elements = elements;
            this.unit = unit;
        }

        @Override
        @SuppressWarnings("SuspiciousSystemArraycopy") // Bytes or texts: the same move.
        public void own(int count) {
            if (from != to) {
                System.arraycopy(elements, from, elements, to, count * unit);
            }
            from += count * unit;
            to += count * unit;
        }

        @Override
        public void padding(int count) {
            from += count * unit;
        }
    }
}
