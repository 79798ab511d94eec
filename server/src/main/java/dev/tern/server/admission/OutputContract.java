package dev.tern.server.admission;

import dev.tern.server.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * What callers are told about one output.
 *
 * @param dims as configured, without the batch dimension where the model batches; -1 varies
 * @param reshape the shape the model gives in place of {@code dims}; null if the same
 */
public record OutputContract(
        String name, Shape dims, @Nullable Shape reshape) {}
