package dev.tern.server.engine.onnx;

import dev.tern.server.engine.BatchItem;
import dev.tern.server.engine.EngineException;
import dev.tern.server.engine.Slab;
import dev.tern.server.tensor.BytesElements;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import dev.tern.server.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a batch's outputs apart into the items' answers. One use per batch. */
final class Scatter {
    private final List<BatchItem> batch;
    private final int rows;
    private final List<List<Tensor>> answers;

    Scatter(List<BatchItem> batch, int rows) {
        this.batch = batch;
        this.rows = rows;
        this.answers = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            // Few models have more than two outputs.
            answers.add(new ArrayList<>(2));
        }
    }

    /** Gives each item that wants it its part of an output that lies in {@code slab} at {@code from}. */
    void add(TensorSpec spec, Shape shape, Slab slab, int from) throws EngineException {
        requireRows(spec, shape);
        int size = (int) shape.elements() * spec.type().elementSize();
        int rowSize = rows == 0 ? 0 : size / rows;
        int offset = from;
        for (int i = 0; i < batch.size(); i++) {
            int length = batch.size() == 1 ? size : batch.get(i).rows() * rowSize;
            if (wants(i, spec)) {
                give(i, spec, shape, slab.slice(offset, length));
            }
            offset += length;
        }
    }

    /** Gives each item that wants it its part of a text output. */
    void add(TensorSpec spec, Shape shape, String[] texts) throws EngineException {
        requireRows(spec, shape);
        int rowElements = rows == 0 ? 0 : texts.length / rows;
        int offset = 0;
        for (int i = 0; i < batch.size(); i++) {
            int count = batch.size() == 1 ? texts.length : batch.get(i).rows() * rowElements;
            if (wants(i, spec)) {
                give(i, spec, shape, encode(texts, offset, count));
            }
            offset += count;
        }
    }

    /** Gives each item that wants it its part of an output; the parts lie in {@code slab} one after another. */
    void addParts(TensorSpec spec, List<Shape> parts, Slab slab) {
        int from = 0;
        for (int i = 0; i < batch.size(); i++) {
            int length = (int) parts.get(i).elements() * spec.type().elementSize();
            if (wants(i, spec)) {
                answers.get(i).add(new Tensor(spec.name(), spec.type(), parts.get(i), slab.slice(from, length)));
            }
            from += length;
        }
    }

    /** The same for texts. */
    void addParts(TensorSpec spec, List<Shape> parts, String[] texts) {
        int from = 0;
        for (int i = 0; i < batch.size(); i++) {
            int count = (int) parts.get(i).elements();
            if (wants(i, spec)) {
                answers.get(i).add(new Tensor(spec.name(), spec.type(), parts.get(i), encode(texts, from, count)));
            }
            from += count;
        }
    }

    List<BatchItem> batch() {
        return batch;
    }

    /** The answers, in the order of the items; each item's in the order it asked for. */
    List<List<Tensor>> answers() {
        for (int i = 0; i < batch.size(); i++) {
            List<String> order = batch.get(i).outputs();
            if (order.size() > 1) {
                answers.get(i).sort((a, b) -> Integer.compare(order.indexOf(a.name()), order.indexOf(b.name())));
            }
        }
        return answers;
    }

    /** Releases what was given so far, when the rest cannot be. */
    void release() {
        answers.forEach(each -> each.forEach(tensor -> tensor.data().release()));
    }

    private void give(int item, TensorSpec spec, Shape shape, Payload part) {
        Shape own = batch.size() == 1 ? shape : shape.withRows(batch.get(item).rows());
        answers.get(item).add(new Tensor(spec.name(), spec.type(), own, part));
    }

    /** Whether any item asked for this output. */
    boolean isWanted(TensorSpec spec) {
        for (int i = 0; i < batch.size(); i++) {
            if (wants(i, spec)) {
                return true;
            }
        }
        return false;
    }

    private boolean wants(int item, TensorSpec spec) {
        List<String> wanted = batch.get(item).outputs();
        return wanted.isEmpty() || wanted.contains(spec.name());
    }

    private void requireRows(TensorSpec spec, Shape shape) throws EngineException {
        if (batch.size() > 1 && (shape.rank() == 0 || shape.dim(0) != rows)) {
            throw new EngineException("output '" + spec.name() + "' has shape " + shape + " for " + rows
                    + " rows and cannot be divided among " + batch.size() + " requests");
        }
    }

    private static Payload encode(String[] texts, int from, int count) {
        return HeapPayload.wrap(BytesElements.write(Arrays.stream(texts, from, from + count)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList()));
    }
}
