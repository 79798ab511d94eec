package dev.tern.server.tensor;

import java.nio.ByteBuffer;

/** Reads the elements of a payload as numbers. */
public final class ElementValues {
    private static final int FP16_EXPONENT_BITS = 5;
    private static final int FP16_FRACTION_BITS = 10;
    private static final int FP16_BIAS = 15;
    private static final int FP16_HIGHEST_EXPONENT = (1 << FP16_EXPONENT_BITS) - 1;

    /** 2 to the power of 64. */
    private static final double UINT64_RANGE = 0x1.0p64;

    private ElementValues() {}

    /**
     * The number at {@code at} of {@code bytes}, which are in little-endian order; BOOL is 0 or 1. Whole numbers beyond 2 to
     * the power of 53 are rounded.
     *
     * @throws IllegalArgumentException for BYTES, whose elements are no numbers
     */
    public static double number(DataType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case BOOL -> bytes.get(at) == 0 ? 0 : 1;
            case UINT8 -> Byte.toUnsignedInt(bytes.get(at));
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(at));
            case UINT32 -> (double) Integer.toUnsignedLong(bytes.getInt(at));
            case UINT64 -> unsigned(bytes.getLong(at));
            case INT8 -> bytes.get(at);
            case INT16 -> bytes.getShort(at);
            case INT32 -> bytes.getInt(at);
            case INT64 -> (double) bytes.getLong(at);
            case FP16 -> fp16(bytes.getShort(at));
            case BF16 -> Float.intBitsToFloat(bytes.getShort(at) << Short.SIZE);
            case FP32 -> bytes.getFloat(at);
            case FP64 -> bytes.getDouble(at);
            case BYTES -> throw new IllegalArgumentException("elements of type BYTES are no numbers");
        };
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? (double) bits : (double) bits + UINT64_RANGE;
    }

    /** IEEE 754 binary16: a sign, five exponent bits, ten fraction bits. */
    private static double fp16(short bits) {
        int exponent = (bits >> FP16_FRACTION_BITS) & FP16_HIGHEST_EXPONENT;
        int fraction = bits & ((1 << FP16_FRACTION_BITS) - 1);
        double magnitude;
        if (exponent == FP16_HIGHEST_EXPONENT) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb((double) fraction, 1 - FP16_BIAS - FP16_FRACTION_BITS);
        } else {
            magnitude = Math.scalb(1.0 + (double) fraction / (1 << FP16_FRACTION_BITS), exponent - FP16_BIAS);
        }
        return bits < 0 ? -magnitude : magnitude;
    }
}
