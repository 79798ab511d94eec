package dev.tern.client;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The element types of the Open Inference Protocol. A constant's name is its spelling on the wire. */
public enum DataType {
    /** One byte, 0 or 1. */
    BOOL(1),
    /** Unsigned, 8 bits. */
    UINT8(1),
    /** Unsigned, 16 bits. */
    UINT16(2),
    /** Unsigned, 32 bits. */
    UINT32(4),
    /** Unsigned, 64 bits. */
    UINT64(8),
    /** Signed, 8 bits. */
    INT8(1),
    /** Signed, 16 bits. */
    INT16(2),
    /** Signed, 32 bits. */
    INT32(4),
    /** Signed, 64 bits. */
    INT64(8),
    /** IEEE 754 half precision. */
    FP16(2),
    /** IEEE 754 single precision, a Java {@code float}. */
    FP32(4),
    /** IEEE 754 double precision, a Java {@code double}. */
    FP64(8),
    /** The upper half of an {@link #FP32}. */
    BF16(2),
    /** Elements of any length: strings or opaque bytes. */
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

    /**
     * The type that the wire spells {@code name} (exactly, case counts), or null when there is none.
     *
     * @param name such as {@code FP32}
     */
    public static @Nullable DataType ofWireName(String name) {
        return BY_NAME.get(name);
    }
}
