package dev.tern.bench.models;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/** Builds an ONNX model node by node; constants are random or given. IR version 8, opset 17. */
final class Graph {
    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Random random;

    Graph(String name, long seed) {
        this.random = new Random(seed);
        graph.setName(name);
    }

    /** Declares a tensor; a dimension is a number where fixed, else the name it varies under. */
    Graph input(String name, TensorProto.DataType type, Object... dims) {
        graph.addInput(tensor(name, type, dims));
        return this;
    }

    /** Declares a tensor, its dimensions as for {@link #input}. */
    Graph output(String name, TensorProto.DataType type, Object... dims) {
        graph.addOutput(tensor(name, type, dims));
        return this;
    }

    /** An FP32 constant of normally distributed numbers. */
    Graph weights(String name, double deviation, long... dims) {
        int elements = 1;
        for (long dim : dims) {
            elements = Math.multiplyExact(elements, Math.toIntExact(dim));
        }
        ByteBuffer bytes = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) (deviation * random.nextGaussian()));
        }
        // Nobody else holds the array, so that protobuf may keep it as it is.
        ByteString raw = UnsafeByteOperations.unsafeWrap(bytes.flip());
        TensorProto.Builder constant =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
        for (long dim : dims) {
            constant.addDims(dim);
        }
        graph.addInitializer(constant.setRawData(raw));
        return this;
    }

    /** An INT64 constant of one dimension. */
    Graph longs(String name, long... values) {
        TensorProto.Builder constant = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        for (long value : values) {
            constant.addInt64Data(value);
        }
        graph.addInitializer(constant);
        return this;
    }

    /** A node; an input that is left out is the empty name. */
    Graph node(String op, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(op)
                .setName(op + "_" + graph.getNodeCount())
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    Graph node(String op, List<String> inputs, String output, AttributeProto... attributes) {
        return node(op, inputs, List.of(output), attributes);
    }

    ModelProto model() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("tern-bench")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(values)
                .build();
    }

    private static ValueInfoProto tensor(String name, TensorProto.DataType type, Object... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dim : dims) {
            if (dim instanceof Number number) {
                shape.addDimBuilder().setDimValue(number.longValue());
            } else {
                shape.addDimBuilder().setDimParam((String) dim);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }
}
