package dev.tern.bench.tensor;

/** IEEE 754 half precision in a short; the JDK has it from 20 on. */
final class Float16 {
    private static final int MANTISSA_BITS = 10;
    private static final int BIAS = 15;
    private static final int LARGEST_EXPONENT = 15;
    private static final int SMALLEST_EXPONENT = -14;
    private static final int INFINITY = 0x7C00;
    private static final int QUIET_NAN = 0x7E00;
    private static final double SUBNORMAL_STEP = 0x1p-24;

    private Float16() {}

    /** Rounds towards zero; what is too large becomes an infinity. */
    static short encode(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        return (short) (sign | magnitude(Math.abs(value)));
    }

    private static int magnitude(float value) {
        if (Float.isNaN(value)) {
            return QUIET_NAN;
        }
        int exponent = Math.getExponent(value);
        if (exponent > LARGEST_EXPONENT) {
            return INFINITY;
        }
        if (exponent < SMALLEST_EXPONENT) {
            return (int) (value / SUBNORMAL_STEP);
        }
        int mantissa = (Float.floatToRawIntBits(value) >>> (23 - MANTISSA_BITS)) & 0x3FF;
        return ((exponent + BIAS) << MANTISSA_BITS) | mantissa;
    }

    static float decode(short bits) {
        int exponent = (bits >>> MANTISSA_BITS) & 0x1F;
        int mantissa = bits & 0x3FF;
        float magnitude;
        if (exponent == 0) {
            magnitude = (float) (mantissa * SUBNORMAL_STEP);
        } else if (exponent == 0x1F) {
            magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Math.scalb(1 + mantissa / 1024f, exponent - BIAS);
        }
        return bits < 0 ? -magnitude : magnitude;
    }
}
