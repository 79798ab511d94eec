package dev.tern.server.testing;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.INT32;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.OnnxGraph.longsAttribute;

import java.util.List;

/** Small models whose inputs have any length. */
public final class LengthModels {
    private LengthModels() {}

    /**
     * {@code ids, mask INT64 [batch,length] -> mean FLOAT [batch,1], doubled INT64 [batch,length]}: the mean of the ids
     * where the mask is 1, and twice each id.
     */
    public static byte[] maskedMean() {
        return OnnxGraph.named("masked_mean")
                .input("ids", INT64, "batch", "length")
                .input("mask", INT64, "batch", "length")
                .output("mean", FLOAT, "batch", 1)
                .output("doubled", INT64, "batch", "length")
                .longs("axes", List.of(1L), 1)
                .longs("two", List.of(), 2)
                .node("Mul", List.of("ids", "mask"), "masked")
                .node("ReduceSum", List.of("masked", "axes"), "sum")
                .node("ReduceSum", List.of("mask", "axes"), "count")
                .node("Cast", "sum", "real_sum", attribute("to", FLOAT.getNumber()))
                .node("Cast", "count", "real_count", attribute("to", FLOAT.getNumber()))
                .node("Div", List.of("real_sum", "real_count"), "mean")
                .node("Mul", List.of("ids", "two"), "doubled")
                .bytes();
    }

    /** {@code x FLOAT [batch,length] -> y [batch,1]}: the mean of all there is, padding included. */
    public static byte[] mean() {
        return OnnxGraph.named("mean")
                .input("x", FLOAT, "batch", "length")
                .output("y", FLOAT, "batch", 1)
                .node("ReduceMean", "x", "y", longsAttribute("axes", List.of(1L)))
                .bytes();
    }

    /** {@code x FLOAT [batch,length] -> y [batch,length]}, twice each, by a dimension with the name {@code outputName}. */
    public static byte[] doubled(String outputName) {
        return OnnxGraph.named("doubled")
                .input("x", FLOAT, "batch", "length")
                .output("y", FLOAT, "batch", outputName)
                .node("Add", List.of("x", "x"), "y")
                .bytes();
    }

    /** {@code items INT64 [batch,seq], candidates INT64 [batch,n] -> scores INT64 [batch,n]}: candidate plus all items. */
    public static byte[] twoLengths() {
        return OnnxGraph.named("two_lengths")
                .input("items", INT64, "batch", "seq")
                .input("candidates", INT64, "batch", "n")
                .output("scores", INT64, "batch", "n")
                .longs("axes", List.of(1L), 1)
                .node("ReduceSum", List.of("items", "axes"), "sum")
                .node("Add", List.of("candidates", "sum"), "scores")
                .bytes();
    }

    /**
     * Ragged: {@code values FLOAT [total], bounds INT32 [n+1] -> sums FLOAT [n,1], doubled FLOAT [total]}, the sum of the
     * values between each bound and the next, and twice each value.
     */
    public static byte[] raggedSums() {
        return OnnxGraph.named("ragged_sums")
                .input("values", FLOAT, "total")
                .input("bounds", INT32, "bounds")
                .output("sums", FLOAT, "n", 1)
                .output("doubled", FLOAT, "total")
                .longs("zero_axis", List.of(), 0)
                .floats("nothing", List.of(1L), 0)
                .longs("first", List.of(1L), 0)
                .longs("second", List.of(1L), 1)
                .longs("last", List.of(1L), -1)
                .longs("end", List.of(1L), Integer.MAX_VALUE)
                .longs("axis_one", List.of(1L), 1)
                .node("CumSum", List.of("values", "zero_axis"), "running")
                .node("Concat", List.of("nothing", "running"), "from_zero", attribute("axis", 0))
                .node("Gather", List.of("from_zero", "bounds"), "at_bounds")
                .node("Slice", List.of("at_bounds", "second", "end"), "upper")
                .node("Slice", List.of("at_bounds", "first", "last"), "lower")
                .node("Sub", List.of("upper", "lower"), "flat_sums")
                .node("Unsqueeze", List.of("flat_sums", "axis_one"), "sums")
                .node("Add", List.of("values", "values"), "doubled")
                .bytes();
    }
}
