package dev.tern.bench.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A datatype by its name on the wire, and its elements in raw little-endian contents. */
public enum Datatype {
    BOOL(Kind.BOOL, 1, 0, 1),
    UINT8(Kind.INTEGER, 1, 0, 0xFFL),
    UINT16(Kind.INTEGER, 2, 0, 0xFFFFL),
    UINT32(Kind.INTEGER, 4, 0, 0xFFFFFFFFL),
    UINT64(Kind.INTEGER, 8, 0, Long.MAX_VALUE),
    INT8(Kind.INTEGER, 1, Byte.MIN_VALUE, Byte.MAX_VALUE),
    INT16(Kind.INTEGER, 2, Short.MIN_VALUE, Short.MAX_VALUE),
    INT32(Kind.INTEGER, 4, Integer.MIN_VALUE, Integer.MAX_VALUE),
    INT64(Kind.INTEGER, 8, Long.MIN_VALUE, Long.MAX_VALUE),
    FP16(Kind.FLOAT, 2, 0, 0),
    BF16(Kind.FLOAT, 2, 0, 0),
    FP32(Kind.FLOAT, 4, 0, 0),
    FP64(Kind.FLOAT, 8, 0, 0),
    /** Variable length: each element is led by its length in 4 bytes. */
    BYTES(Kind.BYTES, 0, 0, 0);

    /** What a datatype's elements are. */
    public enum Kind {
        BOOL,
        INTEGER,
        FLOAT,
        BYTES
    }

    private final Kind kind;
    private final int size;
    private final long smallest;
    private final long largest;

    Datatype(Kind kind, int size, long smallest, long largest) {
        this.kind = kind;
        this.size = size;
        this.smallest = smallest;
        this.largest = largest;
    }

    /** The datatype of this wire name, which is case-sensitive. */
    public static Optional<Datatype> named(String name) {
        return Arrays.stream(values()).filter(each -> each.name().equals(name)).findFirst();
    }

    public Kind kind() {
        return kind;
    }

    /** Bytes per element; 0 for {@link #BYTES}. */
    public int size() {
        return size;
    }

    /** The smallest value of an integer datatype. */
    public long smallest() {
        return smallest;
    }

    /** The largest value of an integer datatype that we make; for UINT64 half of what it could hold. */
    public long largest() {
        return largest;
    }

    /** Appends a whole number to little-endian contents of an integer datatype or BOOL. */
    public void putInteger(ByteBuffer contents, long value) {
        for (int i = 0; i < size; i++) {
            contents.put((byte) (value >>> (8 * i)));
        }
    }

    /** Appends a number to little-endian contents of a float datatype, rounded towards zero. */
    public void putFloat(ByteBuffer contents, double value) {
        switch (this) {
            case FP16 -> contents.putShort(Float16.encode((float) value));
            case BF16 -> contents.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
            case FP32 -> contents.putFloat((float) value);
            case FP64 -> contents.putDouble(value);
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> throw notA("float");
        }
    }

    /** Element {@code index} of little-endian contents of a float datatype. */
    public double floatAt(ByteBuffer contents, int index) {
        int at = index * size;
        return switch (this) {
            case FP16 -> Float16.decode(contents.getShort(at));
            case BF16 -> Float.intBitsToFloat(contents.getShort(at) << 16);
            case FP32 -> contents.getFloat(at);
            case FP64 -> contents.getDouble(at);
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> throw notA("float");
        };
    }

    /** Element {@code index} of little-endian contents of an integer datatype or BOOL, as decimal text. */
    public String integerAt(ByteBuffer contents, int index) {
        long bits = 0;
        for (int i = size - 1; i >= 0; i--) {
            bits = (bits << 8) | (contents.get(index * size + i) & 0xFF);
        }
        int unused = Long.SIZE - 8 * size;
        return smallest < 0 ? Long.toString(bits << unused >> unused) : Long.toUnsignedString(bits);
    }

    /**
     * The relative error that this datatype's own rounding makes; 0 where it is far below any tolerance in use. Batched
     * and unbatched runs of one model may round differently.
     */
    public double ownPrecision() {
        return switch (this) {
            case FP16 -> 1.0 / 1024;
            case BF16 -> 1.0 / 128;
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP32, FP64, BYTES -> 0;
        };
    }

    private IllegalStateException notA(String what) {
        return new IllegalStateException(name() + " is not a " + what + " datatype");
    }
}
