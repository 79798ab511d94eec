package dev.tern.server.drift;

import dev.tern.server.tensor.DataType;
import java.nio.ByteBuffer;

/** The elements of tensors as doubles; integers beyond 2^53 lose their last digits. */
final class Numbers {
    private static final int FP16_SIGN = 0x8000;
    private static final int FP16_FRACTION_BITS = 10;
    private static final int FP16_FRACTION = 0x3FF;
    private static final int FP16_EXPONENT = 0x1F;
    /** Of the last bit of the fraction: of a number as large as the format's smallest exponent. */
    private static final int FP16_SMALLEST_BIT = -24;

    private Numbers() {}

    /** The element at byte {@code at} of {@code bytes}, which are little-endian; truth values are 0 and 1. */
    static double at(DataType type, ByteBuffer bytes, int at) {
        return switch (type) {
            case BOOL -> bytes.get(at) == 0 ? 0 : 1;
            case UINT8 -> Byte.toUnsignedInt(bytes.get(at));
            case INT8 -> bytes.get(at);
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(at));
            case INT16 -> bytes.getShort(at);
            case UINT32 -> (double) Integer.toUnsignedLong(bytes.getInt(at));
            case INT32 -> bytes.getInt(at);
            case UINT64 -> unsigned(bytes.getLong(at));
            case INT64 -> (double) bytes.getLong(at);
            case FP16 -> half(bytes.getShort(at));
            case BF16 -> Float.intBitsToFloat(bytes.getShort(at) << Short.SIZE);
            case FP32 -> bytes.getFloat(at);
            case FP64 -> bytes.getDouble(at);
            case BYTES -> throw new IllegalArgumentException("texts are no numbers");
        };
    }

    private static double unsigned(long value) {
        return (double) (value >>> 1) * 2 + (double) (value & 1);
    }

    private static double half(short bits) {
        int exponent = (bits >> FP16_FRACTION_BITS) & FP16_EXPONENT;
        int fraction = bits & FP16_FRACTION;
        double magnitude;
        if (exponent == FP16_EXPONENT) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb((double) fraction, FP16_SMALLEST_BIT);
        } else {
            magnitude = Math.scalb((double) (fraction + FP16_FRACTION + 1), exponent - 1 + FP16_SMALLEST_BIT);
        }
        return (bits & FP16_SIGN) == 0 ? magnitude : -magnitude;
    }
}
