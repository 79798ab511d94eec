package dev.tern.bench.models;

import static dev.tern.bench.models.Graph.attribute;

import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.TensorProto.DataType;
import java.util.List;

/**
 * A recommender's session encoder: item embeddings through a GRU to one vector. INT64 {@code input_ids [batch, length]}
 * and {@code attention_mask [batch, length]}, 0 for padding at the end, to FP32 {@code embedding [batch, 64]}.
 *
 * <p>Each step multiplies one vector a row with the same weights, so that rows which share a run share their reading:
 * what batching gains is lost where lengths differ and nothing pads. Any id is valid, and padding changes nothing.
 */
final class SessionEncoder {
    private static final int ITEMS = 10_000;
    private static final int EMBEDDING = 128;
    private static final int HIDDEN = 256;
    private static final int OUTPUT = 64;
    /** Update, reset and hidden gate, in ONNX's order. */
    private static final int GATES = 3;

    private SessionEncoder() {}

    static ModelProto of(long seed) {
        Graph graph = new Graph("session_encoder", seed)
                .input("input_ids", DataType.INT64, "batch", "length")
                .input("attention_mask", DataType.INT64, "batch", "length")
                .output("embedding", DataType.FLOAT, "batch", OUTPUT);
        embed(graph);
        lengths(graph);
        encode(graph);
        return graph.model();
    }

    private static void embed(Graph graph) {
        graph.longs("items", ITEMS)
                .weights("item_embeddings", 1, ITEMS, EMBEDDING)
                .node("Mod", List.of("input_ids", "items"), "item_ids")
                .node("Gather", List.of("item_embeddings", "item_ids"), "session")
                .node("Transpose", List.of("session"), "steps", attribute("perm", List.of(1L, 0L, 2L)));
    }

    /** Whatever the mask holds, a length is never more than there are steps. */
    private static void lengths(Graph graph) {
        graph.longs("length_axis", 1)
                .node("Cast", List.of("attention_mask"), "present", attribute("to", DataType.BOOL_VALUE))
                .node("Cast", List.of("present"), "counted", attribute("to", DataType.INT32_VALUE))
                .node("ReduceSum", List.of("counted", "length_axis"), "lengths", attribute("keepdims", 0));
    }

    private static void encode(Graph graph) {
        graph.weights("gates", Math.sqrt(1.0 / EMBEDDING), 1, (long) GATES * HIDDEN, EMBEDDING)
                .weights("recurrence", Math.sqrt(1.0 / HIDDEN), 1, (long) GATES * HIDDEN, HIDDEN)
                .weights("gate_bias", 0, 1, 2L * GATES * HIDDEN)
                .node(
                        "GRU",
                        List.of("steps", "gates", "recurrence", "gate_bias", "lengths"),
                        List.of("", "last"),
                        attribute("hidden_size", HIDDEN),
                        attribute("linear_before_reset", 1))
                .longs("direction_axis", 0)
                .node("Squeeze", List.of("last", "direction_axis"), "state")
                .weights("projection", Math.sqrt(1.0 / HIDDEN), HIDDEN, OUTPUT)
                .node("MatMul", List.of("state", "projection"), "embedding");
    }
}
