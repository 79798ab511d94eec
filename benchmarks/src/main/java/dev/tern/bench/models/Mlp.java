package dev.tern.bench.models;

import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.TensorProto.DataType;
import java.util.List;

/**
 * Fully connected layers with ReLU between them: FP32 {@code features [batch, first size]} to {@code score [batch, last
 * size]}. Weights are scaled so that values neither grow nor fade from layer to layer.
 */
final class Mlp {
    private static final double BIAS_DEVIATION = 0.1;

    private Mlp() {}

    static ModelProto of(long seed, int... sizes) {
        Graph graph = new Graph("mlp", seed)
                .input("features", DataType.FLOAT, "batch", sizes[0])
                .output("score", DataType.FLOAT, "batch", sizes[sizes.length - 1]);
        layers(graph, "features", "score", sizes);
        return graph.model();
    }

    /** Adds layers of these sizes that turn {@code from [batch, first size]} into {@code to [batch, last size]}. */
    static void layers(Graph graph, String from, String to, int... sizes) {
        int last = sizes.length - 1;
        String value = from;
        for (int layer = 1; layer <= last; layer++) {
            String weights = "weights" + layer;
            String bias = "bias" + layer;
            graph.weights(weights, Math.sqrt(2.0 / sizes[layer - 1]), sizes[layer - 1], sizes[layer]);
            graph.weights(bias, BIAS_DEVIATION, sizes[layer]);
            String sum = layer == last ? to : "sum" + layer;
            graph.node("Gemm", List.of(value, weights, bias), sum);
            value = "hidden" + layer;
            if (layer < last) {
                graph.node("Relu", List.of(sum), value);
            }
        }
    }
}
