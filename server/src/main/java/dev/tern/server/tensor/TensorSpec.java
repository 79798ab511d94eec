package dev.tern.server.tensor;

/**
 * What a model declares about one input or output.
 *
 * @param shape -1 for each dimension that varies, the batch dimension included
 * @param optional an input that a request may leave out
 */
public record TensorSpec(String name, DataType type, Shape shape, boolean optional) {
    public TensorSpec(String name, DataType type, Shape shape) {
        this(name, type, shape, false);
    }
}
