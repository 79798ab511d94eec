package dev.tern.client;

/** The 16-bit floating point formats, to and from {@code float}. Rounds to nearest, ties to even. */
final class Halves {
    private static final int FP32_INFINITY = 0x7f800000;
    /** 65520, the smallest value that rounds to an FP16 infinity. */
    private static final int FP16_OVERFLOW = 0x477ff000;
    /** 2 to the -14, the smallest normal FP16. */
    private static final int FP16_SMALLEST_NORMAL = 0x38800000;
    /** The difference of the two exponents' biases (127 and 15), in place. */
    private static final int FP16_REBIAS = 112 << 23;

    private Halves() {}

    static short toFp16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        return (short) (sign | fp16Magnitude(magnitude));
    }

    private static int fp16Magnitude(int magnitude) {
        if (magnitude > FP32_INFINITY) {
            return 0x7e00;
        }
        if (magnitude >= FP16_OVERFLOW) {
            return 0x7c00;
        }
        if (magnitude >= FP16_SMALLEST_NORMAL) {
            int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
            return (rounded - FP16_REBIAS) >>> 13;
        }
        return (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f);
    }

    static float fromFp16(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1f;
        int mantissa = half & 0x3ff;
        int magnitude;
        if (exponent == 0) {
            magnitude = Float.floatToRawIntBits(mantissa * 0x1p-24f);
        } else if (exponent == 0x1f) {
            magnitude = FP32_INFINITY | mantissa << 13;
        } else {
            magnitude = (exponent << 23) + FP16_REBIAS | mantissa << 13;
        }
        return Float.intBitsToFloat(sign | magnitude);
    }

    static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    static float fromBf16(short half) {
        return Float.intBitsToFloat(half << 16);
    }
}
