package dev.tern.server.engine.onnx.graph;

import com.google.protobuf.ByteString;
import dev.tern.proto.onnx.TensorShapeProto;
import dev.tern.proto.onnx.TypeProto;
import dev.tern.proto.onnx.ValueInfoProto;
import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** Reads what a graph declares about its inputs and outputs, and refuses what the protocol cannot carry. */
final class GraphSignature {
    private GraphSignature() {}

    /** @param role "input" or "output", for messages */
    static List<TensorSpec> specs(String role, List<ValueInfoProto> values) throws ModelRefusedException {
        List<TensorSpec> specs = new ArrayList<>(values.size());
        for (ValueInfoProto value : values) {
            specs.add(spec(role, value));
        }
        return List.copyOf(specs);
    }

    /** Per dimension the name it varies under, "" where it has none. */
    static List<String> dimNames(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .map(TensorShapeProto.Dimension::getDimParam)
                .toList();
    }

    static boolean hasUnknownRank(ValueInfoProto value) {
        return !value.getType().getTensorType().hasShape();
    }

    private static TensorSpec spec(String role, ValueInfoProto value) throws ModelRefusedException {
        ByteString name = value.getNameBytes();
        if (!Text.defect(name).isEmpty()) {
            throw new ModelRefusedException(role + " " + Text.quoted(name) + " has a name that " + Text.defect(name)
                    + "; ONNX Runtime's Java binding cannot pass it");
        }
        DataType type = value.getType().hasTensorType()
                ? ElementTypes.of(value.getType().getTensorType().getElemType())
                : null;
        if (type == null) {
            throw new ModelRefusedException(role + " '" + value.getName() + "' is " + describe(value.getType())
                    + "; supported are dense tensors of " + ElementTypes.SUPPORTED);
        }
        return new TensorSpec(value.getName(), type, shape(value));
    }

    private static Shape shape(ValueInfoProto value) {
        if (hasUnknownRank(value)) {
            return Shape.of(Shape.VARIABLE);
        }
        return Shape.of(value.getType().getTensorType().getShape().getDimList().stream()
                .mapToLong(dim -> dim.hasDimValue() && dim.getDimValue() >= 0 ? dim.getDimValue() : Shape.VARIABLE)
                .toArray());
    }

    private static String describe(TypeProto type) {
        return switch (type.getValueCase()) {
            case TENSOR_TYPE ->
                "a tensor of " + ElementTypes.name(type.getTensorType().getElemType());
            case SEQUENCE_TYPE ->
                "a sequence, each element " + describe(type.getSequenceType().getElemType());
            case MAP_TYPE ->
                "a map from " + ElementTypes.name(type.getMapType().getKeyType()) + " to "
                        + describe(type.getMapType().getValueType());
            case OPTIONAL_TYPE ->
                "optional, if present " + describe(type.getOptionalType().getElemType());
            case SPARSE_TENSOR_TYPE ->
                "a sparse tensor of "
                        + ElementTypes.name(type.getSparseTensorType().getElemType());
            case VALUE_NOT_SET -> "of no known type";
        };
    }
}
