package dev.tern.server.rpc;

import dev.tern.server.tensor.DataType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;

/** The elements of a tensor as scores of classes: their order, and how Triton writes them. Little-endian bytes. */
final class ClassScores {
    private static final int DECIMALS = 6;
    private static final long MILLION = 1_000_000;

    /** Whole numbers below this are exact as doubles. */
    private static final double EXACT = 0x1.0p53;

    private ClassScores() {}

    /** Whether Triton gives classes of this type. */
    static boolean has(DataType type) {
        return switch (type) {
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP32, FP64 -> true;
            case BOOL, FP16, BF16, BYTES -> false;
        };
    }

    /** A number for the element at {@code at}, higher for a higher element; lowest for what is no number. */
    static long rank(DataType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case FP32 -> rank(bytes.getFloat(at));
            case FP64 -> rank(bytes.getDouble(at));
            case UINT64 -> bytes.getLong(at) ^ Long.MIN_VALUE;
            case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64, BOOL, FP16, BF16, BYTES -> whole(type, bytes, at);
        };
    }

    private static long rank(double value) {
        // Adding zero makes the two zeros one.
        long bits = Double.doubleToLongBits(value + 0.0);
        // Among negative numbers the larger bits are those of the lower number.
        return Double.isNaN(value) ? Long.MIN_VALUE : bits ^ ((bits >> (Long.SIZE - 1)) & Long.MAX_VALUE);
    }

    private static long whole(DataType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case UINT8 -> Byte.toUnsignedLong(bytes.get(at));
            case UINT16 -> Short.toUnsignedLong(bytes.getShort(at));
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(at));
            case INT8 -> bytes.get(at);
            case INT16 -> bytes.getShort(at);
            case INT32 -> bytes.getInt(at);
            case INT64 -> bytes.getLong(at);
            case UINT64, BOOL, FP16, BF16, FP32, FP64, BYTES ->
                throw new IllegalArgumentException("no whole numbers: " + type);
        };
    }

    /** The element at {@code at} as C++'s {@code std::to_string} writes it: floats with six decimals. */
    static String text(DataType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case FP32 -> text(bytes.getFloat(at), Float.floatToRawIntBits(bytes.getFloat(at)) < 0);
            case FP64 -> text(bytes.getDouble(at), Double.doubleToRawLongBits(bytes.getDouble(at)) < 0);
            case UINT64 -> Long.toUnsignedString(bytes.getLong(at));
            case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64, BOOL, FP16, BF16, BYTES ->
                Long.toString(whole(type, bytes, at));
        };
    }

    private static String text(double value, boolean negative) {
        String sign = negative ? "-" : "";
        if (Double.isNaN(value)) {
            return sign + "nan";
        }
        return Double.isInfinite(value) ? sign + "inf" : sign + rounded(Math.abs(value));
    }

    /** To the nearest, and in the middle to even, by the exact value: as C does, and as String.format does not. */
    private static String rounded(double value) {
        double scaled = value * MILLION;
        // A float has so few digits that the product is exact.
        if (value == (float) value && scaled < EXACT) {
            long millionths = (long) Math.rint(scaled);
            String decimals = Long.toString(MILLION + millionths % MILLION).substring(1);
            return millionths / MILLION + "." + decimals;
        }
        return new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
    }
}
