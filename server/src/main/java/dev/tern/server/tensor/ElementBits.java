package dev.tern.server.tensor;

/** One element's value as the bits that stand for it in a payload, the lowest byte first. */
public final class ElementBits {
    private static final int FP16_FRACTION_BITS = 10;
    private static final int FP16_SMALLEST_EXPONENT = -14;
    private static final double FP16_MAX = 65504;

    private ElementBits() {}

    /**
     * The bits of the value that {@code text} writes in decimal; for BOOL also {@code true} and {@code false}.
     *
     * @throws NumberFormatException if {@code type} has no such value, with a message that says what is allowed
     */
    public static long parse(DataType type, String text) {
        return switch (type) {
            case BOOL -> bool(text);
            case INT8 -> signed(text, Byte.SIZE);
            case INT16 -> signed(text, Short.SIZE);
            case INT32 -> signed(text, Integer.SIZE);
            case INT64 -> signed(text, Long.SIZE);
            case UINT8 -> unsigned(text, Byte.SIZE);
            case UINT16 -> unsigned(text, Short.SIZE);
            case UINT32 -> unsigned(text, Integer.SIZE);
            case UINT64 -> unsigned(text, Long.SIZE);
            case FP16 -> fp16(number(text, FP16_MAX));
            case BF16 -> bf16((float) number(text, Float.MAX_VALUE));
            case FP32 -> Float.floatToIntBits((float) number(text, Float.MAX_VALUE));
            case FP64 -> Double.doubleToLongBits(number(text, Double.MAX_VALUE));
            case BYTES -> throw new NumberFormatException("text has no bits of a fixed number");
        };
    }

    private static long bool(String text) {
        return switch (text) {
            case "0", "false" -> 0;
            case "1", "true" -> 1;
            default -> throw new NumberFormatException("must be 0, 1, true or false");
        };
    }

    private static long signed(String text, int bits) {
        long largest = Long.MAX_VALUE >>> (Long.SIZE - bits);
        long value = whole(text, "from " + (-largest - 1) + " to " + largest, false);
        if (value > largest || value < -largest - 1) {
            throw new NumberFormatException("must be a whole number from " + (-largest - 1) + " to " + largest);
        }
        return value;
    }

    private static long unsigned(String text, int bits) {
        long largest = -1L >>> (Long.SIZE - bits);
        String range = "from 0 to " + Long.toUnsignedString(largest);
        long value = whole(text, range, true);
        if (Long.compareUnsigned(value, largest) > 0) {
            throw new NumberFormatException("must be a whole number " + range);
        }
        return value;
    }

    private static long whole(String text, String range, boolean unsigned) {
        try {
            return unsigned ? Long.parseUnsignedLong(text) : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw (NumberFormatException) new NumberFormatException("must be a whole number " + range).initCause(e);
        }
    }

    /** Infinite and NaN are values of every such type; finite ones must be within the type's range. */
    private static double number(String text, double largest) {
        double value = parsed(text);
        if (Double.isFinite(value) && Math.abs(value) > largest) {
            throw new NumberFormatException("must be a number from " + -largest + " to " + largest);
        }
        return value;
    }

    private static double parsed(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw (NumberFormatException) new NumberFormatException("must be a number").initCause(e);
        }
    }

    /** Rounded to the nearest, a tie to the even one. */
    private static long bf16(float value) {
        int bits = Float.floatToIntBits(value);
        return Float.isNaN(value) ? bits >>> Short.SIZE : (bits + 0x7FFF + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE;
    }

    /** IEEE 754 binary16, rounded to the nearest, a tie to the even one. */
    private static long fp16(double value) {
        long sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
        double magnitude = Math.abs(value);
        if (Double.isNaN(value)) {
            return 0x7E00;
        }
        if (Double.isInfinite(value)) {
            return sign | 0x7C00;
        }
        int exponent = Math.max(FP16_SMALLEST_EXPONENT, Math.getExponent(magnitude));
        // Counted in the format's steps at this size; a carry out of the fraction is right as it is.
        long steps = (long) Math.rint(Math.scalb(magnitude, FP16_FRACTION_BITS - exponent));
        long bits = steps + ((long) (exponent - FP16_SMALLEST_EXPONENT) << FP16_FRACTION_BITS);
        return sign | bits;
    }
}
