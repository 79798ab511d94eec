package dev.tern.server.testing;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.INT32;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.proto.onnx.TensorProto.DataType.STRING;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.OnnxGraph.longsAttribute;
import static dev.tern.server.testing.OnnxGraph.stringsAttribute;

import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.tensor.DataType;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Small models that load and answer, as the bytes of a .onnx file. For those that must be refused: {@link OddModels}. */
public final class OnnxModels {
    /** The words {@link #stringVocabulary} knows; their ids are their places here. Two are beyond the basic plane. */
    public static final List<String> VOCABULARY = List.of("a", "\uD83D\uDE00", "\uD835\uDCB3", "z", "\u00e9");

    private OnnxModels() {}

    /** {@code x [batch,3] -> y [batch,3]}, unchanged. */
    public static byte[] identity(DataType type) {
        return identity(type, "batch", 3);
    }

    /** {@code x -> y}, unchanged; a number fixes a dimension, a name lets it vary. */
    public static byte[] identity(DataType type, Object... dims) {
        TensorProto.DataType onnx = onnxType(type);
        return OnnxGraph.named("identity")
                .input("x", onnx, dims)
                .output("y", onnx, dims)
                .node("Identity", "x", "y")
                .bytes();
    }

    /** Triton's example: INT32 {@code INPUT0, INPUT1 [-1,16]} to their sum {@code OUTPUT0} and difference {@code OUTPUT1}. */
    public static byte[] simple() {
        return OnnxGraph.named("simple")
                .input("INPUT0", INT32, "", 16)
                .input("INPUT1", INT32, "", 16)
                .output("OUTPUT0", INT32, "", 16)
                .output("OUTPUT1", INT32, "", 16)
                .node("Add", List.of("INPUT0", "INPUT1"), "OUTPUT0")
                .node("Sub", List.of("INPUT0", "INPUT1"), "OUTPUT1")
                .bytes();
    }

    /** Fully connected layers with Relu between them, {@code x [batch,sizes[0]] -> y [batch,sizes[last]]}; always the same weights. */
    public static byte[] mlp(int... sizes) {
        OnnxGraph graph = OnnxGraph.named("mlp")
                .input("x", FLOAT, "batch", sizes[0])
                .output("y", FLOAT, "batch", sizes[sizes.length - 1]);
        Random random = new Random(42);
        String value = "x";
        for (int layer = 1; layer < sizes.length; layer++) {
            int from = sizes[layer - 1];
            int to = sizes[layer];
            graph.floats("w" + layer, List.of((long) from, (long) to), gaussians(random, from * to, from));
            graph.floats("b" + layer, List.of((long) to), gaussians(random, to, to));
            graph.node("MatMul", List.of(value, "w" + layer), "m" + layer);
            boolean last = layer == sizes.length - 1;
            graph.node("Add", List.of("m" + layer, "b" + layer), last ? "y" : "a" + layer);
            if (!last) {
                graph.node("Relu", "a" + layer, "r" + layer);
            }
            value = "r" + layer;
        }
        return graph.bytes();
    }

    /** {@code x [batch,4] -> y [batch,4]}, x times {@code factor}. */
    public static byte[] times(float factor) {
        return OnnxGraph.named("times")
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .floats("factor", List.of(1L), factor)
                .node("Mul", List.of("x", "factor"), "y")
                .bytes();
    }

    /** {@code id INT64 [batch,1] -> id_out} the same and {@code exec_batch} the rows executed together, in every row. */
    public static byte[] batchSpy() {
        return OnnxGraph.named("batch_spy")
                .input("id", INT64, "batch", 1)
                .output("id_out", INT64, "batch", 1)
                .output("exec_batch", INT64, "batch", 1)
                .longs("first", List.of(1L), 0)
                .node("Identity", "id", "id_out")
                .node("Shape", "id", "shape")
                .node("Gather", List.of("shape", "first"), "rows")
                .node("Expand", List.of("rows", "shape"), "exec_batch")
                .bytes();
    }

    /** {@code id INT64 [batch,1] -> y FLOAT [batch,4]}, {@code y[i] = 4*id + i}; an id outside 0..7 fails the whole run. */
    public static byte[] gatherBadId() {
        float[] table = new float[32];
        for (int i = 0; i < table.length; i++) {
            table[i] = i;
        }
        return OnnxGraph.named("gather_bad_id")
                .input("id", INT64, "batch", 1)
                .output("y", FLOAT, "batch", 4)
                .floats("table", List.of(8L, 4L), table)
                .longs("axes", List.of(1L), 1)
                .node("Gather", List.of("table", "id"), "rows")
                .node("Squeeze", List.of("rows", "axes"), "y")
                .bytes();
    }

    /** {@code id INT64 [batch,1] -> y FLOAT [batch,1,1]}: fails for every id but -100. */
    public static byte[] takesOneId() {
        return OnnxGraph.named("takes_one_id")
                .input("id", INT64, "batch", 1)
                .output("y", FLOAT, "batch", 1, 1)
                .floats("table", List.of(1L, 1L), 7)
                .longs("hundred", List.of(1L), 100)
                .node("Add", List.of("id", "hundred"), "place")
                .node("Gather", List.of("table", "place"), "y")
                .bytes();
    }

    /** {@code x [batch,4] -> y [batch,4]}: softmax down the batch, so rows change each other's answers. */
    public static byte[] softmaxOverBatch() {
        return OnnxGraph.named("softmax_over_batch")
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .node("Softmax", "x", "y", attribute("axis", 0))
                .bytes();
    }

    /** {@code x [batch,4] -> y [4]}: the mean over the batch, an output without a batch dimension. */
    public static byte[] reduceOverBatch() {
        return OnnxGraph.named("reduce_over_batch")
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, 4)
                .node("ReduceMean", "x", "y", longsAttribute("axes", List.of(0L)), attribute("keepdims", 0))
                .bytes();
    }

    /** {@code x [batch,4] -> y [batch,4]} by its own account, but more than one row fails the run. */
    public static byte[] claimsDynamicBatch() {
        return OnnxGraph.named("claims_dynamic_batch")
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .longs("one_row", List.of(2L), 1, 4)
                .node("Reshape", List.of("x", "one_row"), "y")
                .bytes();
    }

    /** {@code x [batch,length] -> y [batch,1]}: the sum of each row; no elements sum to 0. */
    public static byte[] variableLengthSum() {
        return OnnxGraph.named("variable_length_sum")
                .input("x", FLOAT, "batch", "length")
                .output("y", FLOAT, "batch", 1)
                .longs("axes", List.of(1L), 1)
                .node("ReduceSum", List.of("x", "axes"), "y")
                .bytes();
    }

    /** {@code x [batch,4] -> negated [batch,4], total [batch,1]}; zero rows give zero rows. */
    public static byte[] twoOutputs() {
        return OnnxGraph.named("two_outputs")
                .input("x", FLOAT, "batch", 4)
                .output("negated", FLOAT, "batch", 4)
                .output("total", FLOAT, "batch", 1)
                .longs("axes", List.of(1L), 1)
                .node("Neg", "x", "negated")
                .node("ReduceSum", List.of("x", "axes"), "total")
                .bytes();
    }

    /** {@code x [batch,4], bias [4] (may be left out: 1,2,3,4) -> y = x + bias}. */
    public static byte[] optionalInput() {
        return OnnxGraph.named("optional_input")
                .input("x", FLOAT, "batch", 4)
                .input("bias", FLOAT, 4)
                .output("y", FLOAT, "batch", 4)
                .floats("bias", List.of(4L), 1, 2, 3, 4)
                .node("Add", List.of("x", "bias"), "y")
                .bytes();
    }

    /** {@code in_0 .. in_n [batch,1] -> y [batch,n]}. */
    public static byte[] manyInputs(int count) {
        OnnxGraph graph = OnnxGraph.named("many_inputs").output("y", FLOAT, "batch", count);
        List<String> names = IntStream.range(0, count).mapToObj(i -> "in_" + i).toList();
        names.forEach(name -> graph.input(name, FLOAT, "batch", 1));
        return graph.node("Concat", names, "y", attribute("axis", 1)).bytes();
    }

    /** {@code word STRING [batch] -> id INT64 [batch]}: the word's place in {@link #VOCABULARY}, -1 for others. */
    public static byte[] stringVocabulary() {
        return OnnxGraph.named("string_vocabulary")
                .domain("ai.onnx.ml", 2)
                .input("word", STRING, "batch")
                .output("id", INT64, "batch")
                .node(
                        "ai.onnx.ml",
                        "LabelEncoder",
                        List.of("word"),
                        List.of("id"),
                        stringsAttribute("keys_strings", VOCABULARY),
                        longsAttribute("values_int64s", List.of(0L, 1L, 2L, 3L, 4L)),
                        attribute("default_int64", -1))
                .bytes();
    }

    /** {@code id INT64 [batch] -> word STRING [batch]}: one of {@code words}, "?" for an id out of range. */
    public static byte[] stringLabels(String... words) {
        List<Long> ids = LongStream.range(0, words.length).boxed().toList();
        return OnnxGraph.named("string_labels")
                .domain("ai.onnx.ml", 2)
                .input("id", INT64, "batch")
                .output("word", STRING, "batch")
                .node(
                        "ai.onnx.ml",
                        "LabelEncoder",
                        List.of("id"),
                        List.of("word"),
                        longsAttribute("keys_int64s", ids),
                        stringsAttribute("values_strings", List.of(words)),
                        attribute("default_string", "?"))
                .bytes();
    }

    /**
     * {@code x [batch,8] -> y [batch,4]}: a product with INT8 weights whose activation scale is taken from the whole
     * batch, so that a row's answer depends a little on its batch mates.
     */
    public static byte[] dynamicQuantization() {
        byte[] weights = new byte[32];
        new Random(42).nextBytes(weights);
        return OnnxGraph.named("dynamic_quantization")
                .input("x", FLOAT, "batch", 8)
                .output("y", FLOAT, "batch", 4)
                .raw("w", TensorProto.DataType.INT8, List.of(8L, 4L), weights)
                .node("DynamicQuantizeLinear", List.of("x"), List.of("q", "scale", "zero"))
                .node("MatMulInteger", List.of("q", "w", "zero"), "product")
                .node("Cast", "product", "real", attribute("to", FLOAT.getNumber()))
                .node("Mul", List.of("real", "scale"), "y")
                .bytes();
    }

    /**
     * {@code x [batch,64], iters INT64 [batch,1] -> y [batch,64]}: {@code y = x * 0.5^n}, n being the largest of
     * iters; the run takes time in proportion to n (some microseconds each).
     */
    public static byte[] slow() {
        OnnxGraph body = OnnxGraph.named("body")
                .input("step", INT64)
                .input("go", TensorProto.DataType.BOOL)
                .input("state", FLOAT, "batch", 64)
                .output("go_on", TensorProto.DataType.BOOL)
                .output("next", FLOAT, "batch", 64)
                .node("Identity", "go", "go_on")
                .node("MatMul", List.of("state", "half"), "next");
        float[] half = new float[64 * 64];
        for (int i = 0; i < 64; i++) {
            half[i * 65] = 0.5f;
        }
        return OnnxGraph.named("slow")
                .input("x", FLOAT, "batch", 64)
                .input("iters", INT64, "batch", 1)
                .output("y", FLOAT, "batch", 64)
                .floats("half", List.of(64L, 64L), half)
                .raw("yes", TensorProto.DataType.BOOL, List.of(), (byte) 1)
                .node("ReduceMax", "iters", "most", attribute("keepdims", 0))
                .node("Loop", List.of("most", "yes", "x"), "y", attribute("body", body.graph()))
                .bytes();
    }

    /** The ONNX element type that carries {@code type}. */
    public static TensorProto.DataType onnxType(DataType type) {
        return switch (type) {
            case BOOL -> TensorProto.DataType.BOOL;
            case UINT8 -> TensorProto.DataType.UINT8;
            case UINT16 -> TensorProto.DataType.UINT16;
            case UINT32 -> TensorProto.DataType.UINT32;
            case UINT64 -> TensorProto.DataType.UINT64;
            case INT8 -> TensorProto.DataType.INT8;
            case INT16 -> TensorProto.DataType.INT16;
            case INT32 -> INT32;
            case INT64 -> INT64;
            case FP16 -> TensorProto.DataType.FLOAT16;
            case FP32 -> FLOAT;
            case FP64 -> TensorProto.DataType.DOUBLE;
            case BF16 -> TensorProto.DataType.BFLOAT16;
            case BYTES -> STRING;
        };
    }

    private static float[] gaussians(Random random, int count, int fanIn) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
        }
        return values;
    }
}
