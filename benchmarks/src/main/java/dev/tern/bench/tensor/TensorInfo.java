package dev.tern.bench.tensor;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor of a model as the server describes it.
 *
 * @param name the tensor's name
 * @param datatype the datatype's name on the wire
 * @param shape the dimensions, -1 where they vary
 */
public record TensorInfo(String name, String datatype, List<Long> shape) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Whether the first dimension varies: the number of rows in models that batch. */
    public boolean leadsWithRows() {
        return !shape.isEmpty() && shape.get(0) < 0;
    }

    /** For people: {@code dense FP32[-1,13]}. */
    @Override
    public String toString() {
        return name + " " + datatype + dimensions(shape);
    }

    /** For people: {@code [4,13]}. */
    public static String dimensions(List<Long> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    }
}
