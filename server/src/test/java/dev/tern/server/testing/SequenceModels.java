package dev.tern.server.testing;

import static dev.tern.proto.onnx.TensorProto.DataType.INT32;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;

import dev.tern.server.tensor.DataType;
import java.util.List;

/** Small models with a state, as the bytes of a .onnx file, and what their configurations say of it. */
public final class SequenceModels {
    private static final String FLAG = "control_input { name: '%1$s' control { kind: CONTROL_SEQUENCE_%1$s"
            + " int32_false_true: 0 int32_false_true: 1 } } ";

    /** The controls of {@link #counter} but for the id. */
    public static final String FLAGS = FLAG.formatted("START") + FLAG.formatted("END") + FLAG.formatted("READY");

    /** The state of {@link #counter}. */
    public static final String STATE =
            "state { input_name: 'state_in' output_name: 'state_out' data_type: TYPE_INT64 dims: 1 } ";

    /** What {@link #counter} multiplies its state by, so that the order of requests shows. */
    public static final long FACTOR = 31;

    private SequenceModels() {}

    /** The control input of {@link #counter} that takes the sequence's id. */
    public static String id(String configType) {
        return "control_input { name: 'CORRID' control { kind: CONTROL_SEQUENCE_CORRID data_type: " + configType
                + " } } ";
    }

    /** {@code x, state_in INT64 -> y = 31*state_in + x}, also as {@code state_out}; {@code flags} is START, END, READY; {@code id}. */
    public static byte[] counter(DataType idType) {
        return counter(idType, "batch", 1);
    }

    /** As {@link #counter(DataType)}, with tensors of these dimensions. */
    public static byte[] counter(DataType idType, Object... dims) {
        int last = dims.length - 1;
        Object[] three = dims.clone();
        three[last] = 3;
        return OnnxGraph.named("counter")
                .input("x", INT64, dims)
                .input("START", INT32, dims)
                .input("END", INT32, dims)
                .input("READY", INT32, dims)
                .input("CORRID", OnnxModels.onnxType(idType), dims)
                .input("state_in", INT64, dims)
                .output("y", INT64, dims)
                .output("flags", INT32, three)
                .output("id", OnnxModels.onnxType(idType), dims)
                .output("state_out", INT64, dims)
                .longs("factor", List.of(1L), FACTOR)
                .node("Mul", List.of("state_in", "factor"), "product")
                .node("Add", List.of("product", "x"), "y")
                .node("Identity", "y", "state_out")
                .node("Concat", List.of("START", "END", "READY"), "flags", OnnxGraph.attribute("axis", last))
                .node("Identity", "CORRID", "id")
                .bytes();
    }

    /** {@code x, state_in INT64 [batch,1] -> y = state_in + x}, the state, by its own account; more than one row fails the run. */
    public static byte[] oneRow() {
        return OnnxGraph.named("one_row")
                .input("x", INT64, "batch", 1)
                .input("state_in", INT64, "batch", 1)
                .output("y", INT64, "batch", 1)
                .output("state_out", INT64, "batch", 1)
                .longs("shape", List.of(2L), 1, 1)
                .node("Add", List.of("x", "state_in"), "sum")
                .node("Reshape", List.of("sum", "shape"), "y")
                .node("Identity", "y", "state_out")
                .bytes();
    }

    /** {@code x INT64 [batch,1], past INT64 [batch,n] -> all INT64 [batch,n+1]}, which is the state, too. */
    public static byte[] history() {
        return OnnxGraph.named("history")
                .input("x", INT64, "batch", 1)
                .input("past", INT64, "batch", "n")
                .output("all", INT64, "batch", "n_and_one")
                .node("Concat", List.of("past", "x"), "all", OnnxGraph.attribute("axis", 1))
                .bytes();
    }

    /** {@code x INT64 [batch,1], sum_in INT64 [batch,1] -> y = sum_in + 10*x}, the state; an x outside 0..7 fails the run. */
    public static byte[] strictSum() {
        return OnnxGraph.named("strict_sum")
                .input("x", INT64, "batch", 1)
                .input("sum_in", INT64, "batch", 1)
                .output("y", INT64, "batch", 1)
                .output("sum_out", INT64, "batch", 1)
                .longs("table", List.of(8L), 0, 10, 20, 30, 40, 50, 60, 70)
                .node("Gather", List.of("table", "x"), "found")
                .node("Add", List.of("sum_in", "found"), "y")
                .node("Identity", "y", "sum_out")
                .bytes();
    }
}
