package dev.tern.server.testing;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes the ONNX models of the demo's ensemble. Their weights are random: they show how, not what. */
public final class DemoTowers {
    public static final int USERS = 1024;
    public static final int ITEMS = 4096;
    private static final int WIDTH = 16;
    private static final long SEED = 20;

    private DemoTowers() {}

    /** Each model's file by its name. */
    public static Map<String, byte[]> all() {
        return Map.of(
                "user_tower", tower("user_tower", USERS, SEED),
                "item_tower", tower("item_tower", ITEMS, SEED + 1),
                "pair_ranker", pairRanker());
    }

    /** {@code id INT64 [batch,1] -> vector FLOAT [batch,16]}: a table's row, through one layer. */
    private static byte[] tower(String name, int rows, long seed) {
        Random random = new Random(seed);
        return OnnxGraph.named(name)
                .input("id", INT64, "batch", 1)
                .output("vector", FLOAT, "batch", WIDTH)
                .floats("table", List.of((long) rows, (long) WIDTH), gaussians(random, rows * WIDTH))
                .floats("weights", List.of((long) WIDTH, (long) WIDTH), gaussians(random, WIDTH * WIDTH))
                .longs("axes", List.of(1L), 1)
                .node("Gather", List.of("table", "id"), "rows")
                .node("Squeeze", List.of("rows", "axes"), "row")
                .node("MatMul", List.of("row", "weights"), "product")
                .node("Tanh", "product", "vector")
                .bytes();
    }

    /** {@code user [1,16], items [items,16] -> score [items,1]}: how well each item's vector goes with the user's. */
    private static byte[] pairRanker() {
        return OnnxGraph.named("pair_ranker")
                .input("user", FLOAT, 1, WIDTH)
                .input("items", FLOAT, "items", WIDTH)
                .output("score", FLOAT, "items", 1)
                .node("Transpose", "user", "column")
                .node("MatMul", List.of("items", "column"), "product")
                .node("Sigmoid", "product", "score")
                .bytes();
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(WIDTH));
        }
        return values;
    }

    /** Writes them into the demo repository, {@code args[0]}. */
    public static void main(String[] args) throws IOException {
        for (Map.Entry<String, byte[]> each : all().entrySet()) {
            Path file = Path.of(args[0], each.getKey(), "1", "model.onnx");
            Files.createDirectories(file.getParent());
            Files.write(file, each.getValue());
        }
    }
}
