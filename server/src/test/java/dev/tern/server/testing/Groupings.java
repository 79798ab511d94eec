package dev.tern.server.testing;

import dev.tern.server.batching.Grouping;
import dev.tern.server.engine.Joining;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.TensorSpec;
import java.util.Arrays;
import java.util.stream.Stream;

/** How requests are grouped in tests that have a model's stages, but no model that declares its shapes. */
public final class Groupings {
    private Groupings() {}

    /** Requests share a run that bring the same of {@code inputs}, of {@code rank} dimensions, of equal rows. */
    public static Grouping exact(int rank, String... inputs) {
        long[] dims = new long[rank];
        Arrays.fill(dims, Shape.VARIABLE);
        return Grouping.of(
                Stream.of(inputs)
                        .map(name -> new TensorSpec(name, DataType.FP32, Shape.of(dims), true))
                        .toList(),
                Joining.EXACT,
                0);
    }
}
