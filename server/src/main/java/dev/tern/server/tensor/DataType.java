package dev.tern.server.tensor;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The element types of the Open Inference Protocol. A constant's name is its spelling on the wire. */
public enum DataType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    FP32(4),
    FP64(8),
    BF16(2),
    /** Elements of any length, each led by its length as four little-endian bytes. */
    BYTES(0);

    private static final Map<String, DataType> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(DataType::name, Function.identity()));

    private final int elementSize;

    DataType(int elementSize) {
        this.elementSize = elementSize;
    }

    /** Bytes per element; 0 for {@link #BYTES}, whose elements differ. */
    public int elementSize() {
        return elementSize;
    }

    public boolean hasFixedSize() {
        return elementSize > 0;
    }

    /** The type that the wire spells {@code name} (exactly, case counts), or null when there is none. */
    public static @Nullable DataType ofWireName(String name) {
        return BY_NAME.get(name);
    }
}
