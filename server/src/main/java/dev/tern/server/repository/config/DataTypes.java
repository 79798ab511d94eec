package dev.tern.server.repository.config;

import dev.tern.server.tensor.DataType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How a model's configuration spells the element types. */
public final class DataTypes {
    private static final Map<dev.tern.proto.inference.DataType, DataType> BY_CONFIG =
            new EnumMap<>(dev.tern.proto.inference.DataType.class);

    static {
        for (DataType type : DataType.values()) {
            BY_CONFIG.put(toConfig(type), type);
        }
    }

    private DataTypes() {}

    public static dev.tern.proto.inference.DataType toConfig(DataType type) {
        return switch (type) {
            case BOOL -> dev.tern.proto.inference.DataType.TYPE_BOOL;
            case UINT8 -> dev.tern.proto.inference.DataType.TYPE_UINT8;
            case UINT16 -> dev.tern.proto.inference.DataType.TYPE_UINT16;
            case UINT32 -> dev.tern.proto.inference.DataType.TYPE_UINT32;
            case UINT64 -> dev.tern.proto.inference.DataType.TYPE_UINT64;
            case INT8 -> dev.tern.proto.inference.DataType.TYPE_INT8;
            case INT16 -> dev.tern.proto.inference.DataType.TYPE_INT16;
            case INT32 -> dev.tern.proto.inference.DataType.TYPE_INT32;
            case INT64 -> dev.tern.proto.inference.DataType.TYPE_INT64;
            case FP16 -> dev.tern.proto.inference.DataType.TYPE_FP16;
            case FP32 -> dev.tern.proto.inference.DataType.TYPE_FP32;
            case FP64 -> dev.tern.proto.inference.DataType.TYPE_FP64;
            case BF16 -> dev.tern.proto.inference.DataType.TYPE_BF16;
            case BYTES -> dev.tern.proto.inference.DataType.TYPE_STRING;
        };
    }

    /**
     * The element type that a checked configuration spells {@code type}.
     *
     * @throws IllegalArgumentException for TYPE_INVALID, which no checked configuration holds
     */
    public static DataType ofConfig(dev.tern.proto.inference.DataType type) {
        return find(type).orElseThrow(() -> new IllegalArgumentException(type + " is no element type"));
    }

    /** As {@link #ofConfig}, of a configuration that may not be checked yet: empty where it spells no element type. */
    static Optional<DataType> find(dev.tern.proto.inference.DataType type) {
        return Optional.ofNullable(BY_CONFIG.get(type));
    }
}
