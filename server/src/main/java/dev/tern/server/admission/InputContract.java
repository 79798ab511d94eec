package dev.tern.server.admission;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What requests must bring for one input.
 *
 * @param dims as configured: without the batch dimension where the model batches; -1 varies
 * @param reshape the shape the model takes in place of {@code dims}, also without the batch dimension; null if the same
 */
public record InputContract(
        String name, DataType type, Shape dims, @Nullable Shape reshape, boolean optional) {
    /** What a request's shape is checked against and an error message shows. */
    Shape expected(boolean batched) {
        return batched ? dims.rows(Shape.VARIABLE) : dims;
    }
}
