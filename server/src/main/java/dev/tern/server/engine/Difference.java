package dev.tern.server.engine;

import dev.tern.server.tensor.DataType;
import dev.tern.server.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Compares two tensors of one type and shape: numbers with a fraction within a tolerance, everything else exactly. */
final class Difference {
    /** Steps of the format near 1: FP16 has 11 significant bits, BF16 has 8. A few of them are rounding, no finding. */
    private static final double FP16_STEP = 1.0 / (1 << 10);

    private static final double BF16_STEP = 1.0 / (1 << 7);
    private static final int STEPS = 4;

    private Difference() {}

    static boolean sameBytes(Tensor one, Tensor other) {
        return one.shape().equals(other.shape()) && bytes(one).equals(bytes(other));
    }

    static Deviation deviation(Tensor one, Tensor other) {
        ByteBuffer first = bytes(one);
        ByteBuffer second = bytes(other);
        if (!one.shape().equals(other.shape()) || first.limit() != second.limit()) {
            return Deviation.incomparable();
        }
        if (!isFloating(one.type())) {
            return first.equals(second) ? Deviation.NONE : Deviation.incomparable();
        }
        Deviation worst = Deviation.NONE;
        for (int at = 0; at < first.limit(); at += one.type().elementSize()) {
            double a = value(one.type(), first, at);
            double b = value(one.type(), second, at);
            worst = worst.or(Deviation.of(a, b, rounding(one.type())));
        }
        return worst;
    }

    /** How the two differ, or null if they do not. */
    static @Nullable String between(Tensor alone, Tensor together, double tolerance) {
        ByteBuffer first = bytes(alone);
        ByteBuffer second = bytes(together);
        double allowed = Math.max(tolerance, rounding(alone.type()));
        if (!isFloating(alone.type())) {
            return first.equals(second) ? null : "has other values in a batch than alone";
        }
        for (int at = 0; at < first.limit(); at += alone.type().elementSize()) {
            double a = value(alone.type(), first, at);
            double b = value(alone.type(), second, at);
            if (differ(a, b, allowed)) {
                return "is " + a + " alone and " + b + " in a batch (tolerance " + allowed + ")";
            }
        }
        return null;
    }

    private static boolean differ(double a, double b, double allowed) {
        if (Double.isNaN(a) || Double.isNaN(b) || Double.isInfinite(a) || Double.isInfinite(b)) {
            return Double.compare(a, b) != 0;
        }
        return Math.abs(a - b) > allowed * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
    }

    private static ByteBuffer bytes(Tensor tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(tensor.data().size())).order(ByteOrder.LITTLE_ENDIAN);
        tensor.data().copyTo(0, bytes);
        return bytes.flip();
    }

    private static boolean isFloating(DataType type) {
        return type == DataType.FP32 || type == DataType.FP64 || type == DataType.FP16 || type == DataType.BF16;
    }

    private static double rounding(DataType type) {
        if (type == DataType.FP16) {
            return STEPS * FP16_STEP;
        }
        return type == DataType.BF16 ? STEPS * BF16_STEP : 0;
    }

    private static double value(DataType type, ByteBuffer bytes, int at) {
        if (type == DataType.FP64) {
            return bytes.getDouble(at);
        }
        if (type == DataType.FP32) {
            return bytes.getFloat(at);
        }
        short half = bytes.getShort(at);
        return type == DataType.BF16 ? Float.intBitsToFloat(half << 16) : fp16(half);
    }

    /** IEEE 754 binary16: a sign, five exponent bits, ten fraction bits. */
    private static double fp16(short bits) {
        int exponent = (bits >> 10) & 0x1F;
        int fraction = bits & 0x3FF;
        double magnitude;
        if (exponent == 0x1F) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb((double) fraction, -24);
        } else {
            magnitude = Math.scalb((double) (fraction | 0x400), exponent - 25);
        }
        return bits < 0 ? -magnitude : magnitude;
    }
}
