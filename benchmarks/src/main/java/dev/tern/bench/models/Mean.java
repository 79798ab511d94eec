package dev.tern.bench.models;

import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.TensorProto.DataType;
import java.util.List;

/** FP32 {@code values [batch, length]} of any length to their {@code mean [batch, 1]}. */
final class Mean {
    private Mean() {}

    /** There is nothing in it that a seed could change. */
    static ModelProto of(long seed) {
        return new Graph("mean", seed)
                .input("values", DataType.FLOAT, "batch", "length")
                .output("mean", DataType.FLOAT, "batch", 1)
                .node("ReduceMean", List.of("values"), "mean", Graph.attribute("axes", List.of(1L)))
                .model();
    }
}
