package dev.tern.server.testing;

import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT;
import static dev.tern.proto.onnx.TensorProto.DataType.FLOAT16;
import static dev.tern.proto.onnx.TensorProto.DataType.INT64;
import static dev.tern.server.testing.OnnxGraph.attribute;
import static dev.tern.server.testing.OnnxGraph.longsAttribute;
import static dev.tern.server.testing.OnnxGraph.tensorType;

import dev.tern.proto.onnx.StringStringEntryProto;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.proto.onnx.TypeProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Models that a server must refuse, or load with care, as the bytes of a .onnx file. */
public final class OddModels {
    private OddModels() {}

    /** {@code x [batch,4] -> pair}, a sequence of two tensors. */
    public static byte[] sequenceOutput() {
        return OnnxGraph.named("sequence_output")
                .input("x", FLOAT, "batch", 4)
                .output("pair", sequenceOf(tensorType(FLOAT, "batch", 4)))
                .node("SequenceConstruct", List.of("x", "x"), "pair")
                .bytes();
    }

    /** {@code pair}, a sequence of tensors, {@code -> y [batch,4]}. */
    public static byte[] sequenceInput() {
        return OnnxGraph.named("sequence_input")
                .input("pair", sequenceOf(tensorType(FLOAT, "batch", 4)))
                .output("y", FLOAT, "batch", 4)
                .longs("first", List.of(), 0)
                .node("SequenceAt", List.of("pair", "first"), "y")
                .bytes();
    }

    /** {@code x [batch,2] -> probabilities}, a sequence of maps, as scikit-learn exports it. */
    public static byte[] mapOutput() {
        TypeProto map = TypeProto.newBuilder()
                .setMapType(
                        TypeProto.Map.newBuilder().setKeyType(INT64.getNumber()).setValueType(tensorType(FLOAT)))
                .build();
        return OnnxGraph.named("map_output")
                .domain("ai.onnx.ml", 1)
                .input("x", FLOAT, "batch", 2)
                .output("probabilities", sequenceOf(map))
                .node(
                        "ai.onnx.ml",
                        "ZipMap",
                        List.of("x"),
                        List.of("probabilities"),
                        longsAttribute("classlabels_int64s", List.of(0L, 1L)))
                .bytes();
    }

    /** {@code maybe}, an optional tensor, {@code -> y [batch,4]}. */
    public static byte[] optionalType() {
        TypeProto optional = TypeProto.newBuilder()
                .setOptionalType(TypeProto.Optional.newBuilder().setElemType(tensorType(FLOAT, "batch", 4)))
                .build();
        return OnnxGraph.named("optional_type")
                .input("maybe", optional)
                .output("y", FLOAT, "batch", 4)
                .node("OptionalGetElement", "maybe", "y")
                .bytes();
    }

    /** {@code x}, a sparse tensor. No operator takes it: only good for being refused. */
    public static byte[] sparseInput() {
        TypeProto sparse = TypeProto.newBuilder()
                .setSparseTensorType(TypeProto.SparseTensor.newBuilder()
                        .setElemType(FLOAT.getNumber())
                        .setShape(OnnxGraph.shape("batch", 4)))
                .build();
        return OnnxGraph.named("sparse_input")
                .input("x", sparse)
                .output("y", FLOAT, "batch", 4)
                .node("Identity", "x", "y")
                .bytes();
    }

    /** {@code x -> y} of an element type by its ONNX number: 14 is complex64, 17 float8, 22 int4. */
    public static byte[] elementType(int number) {
        TypeProto type = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(number).setShape(OnnxGraph.shape("batch", 4)))
                .build();
        return OnnxGraph.named("element_type")
                .input("x", type)
                .output("y", type)
                .node("Identity", "x", "y")
                .bytes();
    }

    /** {@code x [batch,4] -> y [batch,4]}, x times weights that lie in {@code location}, {@link #externalWeights}. */
    public static byte[] externalData(String location) {
        return OnnxGraph.named("external_data")
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .constant(external("w", location))
                .node("Mul", List.of("x", "w"), "y")
                .bytes();
    }

    /** The bytes of {@link #externalData}'s side file: 10, 20, 30, 40. */
    public static byte[] externalWeights() {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putFloat(10).putFloat(20).putFloat(30).putFloat(40);
        return bytes.array();
    }

    /** A constant FLOAT [4] whose values lie in {@code location}. */
    public static TensorProto external(String name, String location) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(FLOAT.getNumber())
                .addDims(4)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", "0"))
                .addExternalData(entry("length", "16"))
                .build();
    }

    /**
     * A valid FP16 Conv whose weight is also listed as a graph input: crashes the process inside ONNX Runtime's
     * optimiser. Never open it in the test's own process.
     */
    public static byte[] crashing() {
        return OnnxGraph.named("crashing")
                .input("x", FLOAT16, "batch", 1, 4, 4)
                .input("w", FLOAT16, 1, 1, 3, 3)
                .output("y", FLOAT16, "batch", 1, 2, 2)
                .raw("w", FLOAT16, List.of(1L, 1L, 3L, 3L), new byte[18])
                .node("Conv", List.of("x", "w"), "y")
                .bytes();
    }

    /** {@code x [batch,1] -> y [batch,1]}: a small file that takes the optimiser a minute or more to open. */
    public static byte[] slowToOpen() {
        OnnxGraph graph = OnnxGraph.named("slow_to_open")
                .input("x", FLOAT, "batch", 1)
                .output("y", FLOAT, "batch", 1)
                .longs("shape", List.of(2L), 3000, 3000)
                .node("ConstantOfShape", "shape", "c0");
        for (int i = 0; i < 200; i++) {
            graph.node("MatMul", List.of("c" + i, "c" + i), "c" + (i + 1));
        }
        return graph.node("ReduceMax", "c200", "most", attribute("keepdims", 0))
                .node("Add", List.of("x", "most"), "y")
                .bytes();
    }

    /** {@code x [batch,4] -> y [batch,4]} with a constant of 2 GB whose values are not there. */
    public static byte[] claimsTwoGigabytes() {
        return OnnxGraph.named("claims")
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .floats("w", List.of(1L << 29), 1)
                .node("ReduceMax", "w", "most", attribute("keepdims", 0))
                .node("Mul", List.of("x", "most"), "y")
                .bytes();
    }

    /** Needs an operator set that no runtime has. */
    public static byte[] opset99() {
        return OnnxGraph.named("opset_99")
                .opset(99)
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .node("Relu", "x", "y")
                .bytes();
    }

    /** Uses an operator of a domain that no runtime has. */
    public static byte[] unknownDomain() {
        return OnnxGraph.named("unknown_domain")
                .domain("com.example.recsys", 1)
                .input("x", FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .node("com.example.recsys", "HashAndCross", List.of("x"), List.of("y"))
                .bytes();
    }

    /** A model whose input is called {@code name}. */
    public static byte[] inputNamed(String name) {
        return OnnxGraph.named("input_named")
                .input(name, FLOAT, "batch", 4)
                .output("y", FLOAT, "batch", 4)
                .node("Neg", name, "y")
                .bytes();
    }

    private static TypeProto sequenceOf(TypeProto element) {
        return TypeProto.newBuilder()
                .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(element))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
