package dev.tern.server.testing;

import com.google.protobuf.ByteString;
import dev.tern.proto.onnx.AttributeProto;
import dev.tern.proto.onnx.AttributeProto.AttributeType;
import dev.tern.proto.onnx.GraphProto;
import dev.tern.proto.onnx.ModelProto;
import dev.tern.proto.onnx.NodeProto;
import dev.tern.proto.onnx.OperatorSetIdProto;
import dev.tern.proto.onnx.TensorProto;
import dev.tern.proto.onnx.TensorShapeProto;
import dev.tern.proto.onnx.TypeProto;
import dev.tern.proto.onnx.ValueInfoProto;
import java.util.List;

/** Builds an ONNX model node by node: IR version 8, opset 17 unless told otherwise. */
public final class OnnxGraph {
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
    private long opset = 17;

    private OnnxGraph(String name) {
        graph.setName(name);
    }

    public static OnnxGraph named(String name) {
        return new OnnxGraph(name);
    }

    public OnnxGraph opset(long version) {
        opset = version;
        return this;
    }

    /** Imports the operators of another domain. */
    public OnnxGraph domain(String domain, long version) {
        model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
        return this;
    }

    /** Declares a tensor; a dimension is a number where fixed, else the name it varies under, or "" for none. */
    public OnnxGraph input(String name, TensorProto.DataType type, Object... dims) {
        return input(name, tensorType(type, dims));
    }

    public OnnxGraph input(String name, TypeProto type) {
        graph.addInput(ValueInfoProto.newBuilder().setName(name).setType(type));
        return this;
    }

    /** Declares a tensor, its dimensions as for {@link #input}. */
    public OnnxGraph output(String name, TensorProto.DataType type, Object... dims) {
        return output(name, tensorType(type, dims));
    }

    public OnnxGraph output(String name, TypeProto type) {
        graph.addOutput(ValueInfoProto.newBuilder().setName(name).setType(type));
        return this;
    }

    public OnnxGraph floats(String name, List<Long> dims, float... values) {
        TensorProto.Builder tensor = constant(name, TensorProto.DataType.FLOAT, dims);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return constant(tensor.build());
    }

    public OnnxGraph longs(String name, List<Long> dims, long... values) {
        TensorProto.Builder tensor = constant(name, TensorProto.DataType.INT64, dims);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return constant(tensor.build());
    }

    public OnnxGraph strings(String name, List<Long> dims, String... values) {
        TensorProto.Builder tensor = constant(name, TensorProto.DataType.STRING, dims);
        for (String value : values) {
            tensor.addStringData(ByteString.copyFromUtf8(value));
        }
        return constant(tensor.build());
    }

    /** A constant in raw little-endian form, for types without a method of their own. */
    public OnnxGraph raw(String name, TensorProto.DataType type, List<Long> dims, byte... values) {
        return constant(constant(name, type, dims)
                .setRawData(ByteString.copyFrom(values))
                .build());
    }

    public OnnxGraph constant(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    public OnnxGraph node(String op, String input, String output, AttributeProto... attributes) {
        return node(op, List.of(input), List.of(output), attributes);
    }

    public OnnxGraph node(String op, List<String> inputs, String output, AttributeProto... attributes) {
        return node(op, inputs, List.of(output), attributes);
    }

    public OnnxGraph node(String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        return node("", op, inputs, outputs, attributes);
    }

    public OnnxGraph node(
            String domain, String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(op)
                .setName(op + "_" + graph.getNodeCount())
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    /** This graph alone, for the body of a Loop or an If. */
    public GraphProto graph() {
        return graph.build();
    }

    public ModelProto model() {
        return model.clone()
                .setProducerName("tern-tests")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
                .setGraph(graph)
                .build();
    }

    public byte[] bytes() {
        return model().toByteArray();
    }

    public static AttributeProto attribute(String name, long value) {
        return named(name, AttributeType.INT).setI(value).build();
    }

    public static AttributeProto attribute(String name, GraphProto value) {
        return named(name, AttributeType.GRAPH).setG(value).build();
    }

    public static AttributeProto attribute(String name, TensorProto value) {
        return named(name, AttributeType.TENSOR).setT(value).build();
    }

    public static AttributeProto attribute(String name, String value) {
        return named(name, AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    public static AttributeProto longsAttribute(String name, Iterable<Long> values) {
        return named(name, AttributeType.INTS).addAllInts(values).build();
    }

    public static AttributeProto stringsAttribute(String name, List<String> values) {
        return named(name, AttributeType.STRINGS)
                .addAllStrings(values.stream().map(ByteString::copyFromUtf8).toList())
                .build();
    }

    /** The type of a dense tensor, its dimensions as for {@link #input}. */
    public static TypeProto tensorType(TensorProto.DataType type, Object... dims) {
        return TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(shape(dims)))
                .build();
    }

    public static TypeProto unknownRank(TensorProto.DataType type) {
        return TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.getNumber()))
                .build();
    }

    static TensorShapeProto shape(Object... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dim : dims) {
            TensorShapeProto.Dimension.Builder each = shape.addDimBuilder();
            if (dim instanceof Number number) {
                each.setDimValue(number.longValue());
            } else if (!dim.equals("")) {
                each.setDimParam((String) dim);
            }
        }
        return shape.build();
    }

    private static TensorProto.Builder constant(String name, TensorProto.DataType type, List<Long> dims) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addAllDims(dims);
    }

    private static AttributeProto.Builder named(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }
}
