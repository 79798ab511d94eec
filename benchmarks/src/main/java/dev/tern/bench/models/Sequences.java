package dev.tern.bench.models;

import static dev.tern.bench.models.Graph.attribute;

import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.TensorProto.DataType;
import java.util.List;

/**
 * Encoders of what a user did, of any length: INT64 {@code input_ids [batch, length]} and {@code attention_mask [batch,
 * length]}, 0 for padding at the end, to FP32 {@code embedding [batch, 64]}. Any id is valid, and padding changes nothing
 * but the time.
 */
final class Sequences {
    private static final int ITEMS = 10_000;
    private static final int WIDTH = 128;
    private static final int HIDDEN = 512;
    private static final int EMBEDDING = 64;
    /** Update, reset and hidden gate, in ONNX's order. */
    private static final int GATES = 3;

    private Sequences() {}

    /**
     * The mean of the items' embeddings through layers of 2048, 2048 and 1024, as recommenders encode a watch history: the
     * work is nearly all in the layers, and so a row's whatever its length.
     */
    static ModelProto history(long seed) {
        Graph graph = embedded("history", seed)
                .longs("one", 1)
                .longs("steps_axis", 1)
                .longs("width_axis", 2)
                .node("Cast", List.of("present"), "weight", attribute("to", DataType.FLOAT_VALUE))
                .node("Unsqueeze", List.of("weight", "width_axis"), "weights")
                .node("Mul", List.of("items", "weights"), "present_items")
                .node("ReduceSum", List.of("present_items", "steps_axis"), "sum", attribute("keepdims", 0))
                .node("ReduceSum", List.of("weights", "steps_axis"), "count", attribute("keepdims", 0))
                .node("Cast", List.of("one"), "least", attribute("to", DataType.FLOAT_VALUE))
                .node("Max", List.of("count", "least"), "divisor")
                .node("Div", List.of("sum", "divisor"), "mean");
        Mlp.layers(graph, "mean", "embedding", WIDTH, 2048, 2048, 1024, EMBEDDING);
        return graph.model();
    }

    /** The items through a GRU of 512 units, as recommenders encode a session: the work is in the steps. */
    static ModelProto session(long seed) {
        return embedded("session", seed)
                .node("Transpose", List.of("items"), "steps", attribute("perm", List.of(1L, 0L, 2L)))
                .longs("length_axis", 1)
                .node("Cast", List.of("present"), "counted", attribute("to", DataType.INT32_VALUE))
                .node("ReduceSum", List.of("counted", "length_axis"), "lengths", attribute("keepdims", 0))
                .weights("gates", Math.sqrt(1.0 / WIDTH), 1, (long) GATES * HIDDEN, WIDTH)
                .weights("recurrence", Math.sqrt(1.0 / HIDDEN), 1, (long) GATES * HIDDEN, HIDDEN)
                .node(
                        "GRU",
                        List.of("steps", "gates", "recurrence", "", "lengths"),
                        List.of("", "last"),
                        attribute("hidden_size", HIDDEN),
                        attribute("linear_before_reset", 1))
                .longs("direction_axis", 0)
                .node("Squeeze", List.of("last", "direction_axis"), "state")
                .weights("projection", Math.sqrt(1.0 / HIDDEN), HIDDEN, EMBEDDING)
                .node("MatMul", List.of("state", "projection"), "embedding")
                .model();
    }

    /** The inputs as {@code items [batch, length, width]} and {@code present BOOL [batch, length]}. */
    private static Graph embedded(String name, long seed) {
        return new Graph(name, seed)
                .input("input_ids", DataType.INT64, "batch", "length")
                .input("attention_mask", DataType.INT64, "batch", "length")
                .output("embedding", DataType.FLOAT, "batch", EMBEDDING)
                .longs("item_count", ITEMS)
                .weights("item_embeddings", 1, ITEMS, WIDTH)
                .node("Mod", List.of("input_ids", "item_count"), "item_ids")
                .node("Gather", List.of("item_embeddings", "item_ids"), "items")
                .node("Cast", List.of("attention_mask"), "present", attribute("to", DataType.BOOL_VALUE));
    }
}
