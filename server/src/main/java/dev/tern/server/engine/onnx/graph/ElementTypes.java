package dev.tern.server.engine.onnx.graph;

import dev.tern.proto.onnx.TensorProto;
import dev.tern.server.tensor.DataType;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** ONNX element types by number, and what the protocol calls them. */
final class ElementTypes {
    /** The types of the protocol, for messages. */
    static final String SUPPORTED =
            Stream.of(DataType.values()).map(DataType::name).collect(Collectors.joining(", "));

    private static final Map<Integer, String> UNSUPPORTED = Map.ofEntries(
            Map.entry(0, "undefined"),
            Map.entry(14, "complex64"),
            Map.entry(15, "complex128"),
            Map.entry(17, "float8e4m3fn"),
            Map.entry(18, "float8e4m3fnuz"),
            Map.entry(19, "float8e5m2"),
            Map.entry(20, "float8e5m2fnuz"),
            Map.entry(21, "uint4"),
            Map.entry(22, "int4"),
            Map.entry(23, "float4e2m1"),
            Map.entry(24, "float8e8m0"),
            Map.entry(25, "uint2"),
            Map.entry(26, "int2"));

    private ElementTypes() {}

    /** The protocol's type for an ONNX element type, or null where it has none. */
    static @Nullable DataType of(int number) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(number);
        if (type == null) {
            return null;
        }
        return switch (type) {
            case FLOAT -> DataType.FP32;
            case UINT8 -> DataType.UINT8;
            case INT8 -> DataType.INT8;
            case UINT16 -> DataType.UINT16;
            case INT16 -> DataType.INT16;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case STRING -> DataType.BYTES;
            case BOOL -> DataType.BOOL;
            case FLOAT16 -> DataType.FP16;
            case DOUBLE -> DataType.FP64;
            case UINT32 -> DataType.UINT32;
            case UINT64 -> DataType.UINT64;
            case BFLOAT16 -> DataType.BF16;
            case UNDEFINED, COMPLEX64, COMPLEX128 -> null;
        };
    }

    /** The ONNX element type of one of the six integer types that {@link #carrier} deals in. */
    static int integerNumber(DataType type) {
        TensorProto.DataType onnx = switch (type) {
            case UINT16 -> TensorProto.DataType.UINT16;
            case UINT32 -> TensorProto.DataType.UINT32;
            case UINT64 -> TensorProto.DataType.UINT64;
            case INT16 -> TensorProto.DataType.INT16;
            case INT32 -> TensorProto.DataType.INT32;
            case INT64 -> TensorProto.DataType.INT64;
            case BOOL, UINT8, INT8, FP16, FP32, FP64, BF16, BYTES ->
                throw new IllegalArgumentException(type + " needs no carrier");
        };
        return onnx.getNumber();
    }

    /** The type whose tensors ONNX Runtime's Java binding can make over the same bytes. */
    static DataType carrier(DataType type) {
        return switch (type) {
            case UINT16 -> DataType.INT16;
            case UINT32 -> DataType.INT32;
            case UINT64 -> DataType.INT64;
            case BOOL, UINT8, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BF16, BYTES -> type;
        };
    }

    static String name(int number) {
        DataType type = of(number);
        return type != null ? type.name() : UNSUPPORTED.getOrDefault(number, "element type " + number);
    }
}
