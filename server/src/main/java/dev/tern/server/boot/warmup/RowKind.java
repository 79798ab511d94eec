package dev.tern.server.boot.warmup;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * What rows of one input have in common that may be in one batch.
 *
 * @param shape what their shapes share
 */
public record RowKind(String input, DataType type, Shape shape) {
    /** Of rows of a tensor with a batch dimension. */
    private static RowKind of(Tensor tensor) {
        return new RowKind(tensor.name(), tensor.type(), tensor.shape().row());
    }

    /** Of all inputs of a request: two requests may have others left out. */
    public static List<RowKind> of(Collection<Tensor> inputs) {
        return inputs.stream().map(RowKind::of).toList();
    }
}
