package dev.tern.bench.input;

import com.google.protobuf.ByteString;
import dev.tern.bench.tensor.Datatype;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Elements that somebody wrote down, appended one by one to raw contents. Not thread-safe. */
final class Elements {
    private static final BigInteger LARGEST_UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
    private static final double LARGEST_FP16 = 65_504;
    /** No integer datatype has so many digits; beyond, making the number would itself be costly. */
    private static final int DIGITS = 40;

    private final Datatype datatype;
    private final ByteString.Output written = ByteString.newOutput();
    private final ByteBuffer element = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int count;

    Elements(Datatype datatype) {
        this.datatype = datatype;
    }

    /** @throws IllegalArgumentException when the datatype holds no such number, saying what it holds */
    void number(String text) {
        switch (datatype.kind()) {
            case INTEGER -> datatype.putInteger(element, whole(text));
            case FLOAT -> datatype.putFloat(element, real(text));
            case BOOL -> datatype.putInteger(element, bit(text));
            case BYTES -> throw refused(text);
        }
        flush();
    }

    void bool(boolean value) {
        if (datatype != Datatype.BOOL) {
            throw refused(Boolean.toString(value));
        }
        datatype.putInteger(element, value ? 1 : 0);
        flush();
    }

    void text(ByteString value) {
        if (datatype != Datatype.BYTES) {
            throw refused("'" + value.toStringUtf8() + "'");
        }
        element.putInt(value.size());
        flush();
        Bytes.append(written, value);
    }

    int count() {
        return count;
    }

    ByteString contents() {
        return written.toByteString();
    }

    /** What an element may be. */
    static String expected(Datatype datatype) {
        return switch (datatype.kind()) {
            case BOOL -> "true, false, 1 or 0";
            case BYTES -> "a text in quotes";
            case FLOAT -> "a number that " + datatype + " holds";
            case INTEGER -> "a whole number from " + datatype.smallest() + " to " + largest(datatype);
        };
    }

    private long bit(String text) {
        if (text.equals("0") || text.equals("1")) {
            return text.equals("1") ? 1 : 0;
        }
        throw refused(text);
    }

    private long whole(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            if (Math.abs((long) number.precision() - number.scale()) <= DIGITS) {
                BigInteger value = number.toBigIntegerExact();
                if (value.compareTo(BigInteger.valueOf(datatype.smallest())) >= 0
                        && value.compareTo(largest(datatype)) <= 0) {
                    return value.longValue();
                }
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // Told below, as every other number that does not fit.
        }
        throw refused(text);
    }

    private double real(String text) {
        try {
            double value = Double.parseDouble(text);
            boolean named = text.contains("NaN") || text.contains("Infinity");
            if (named || Math.abs(value) <= largestReal()) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw refused(text);
    }

    private double largestReal() {
        return switch (datatype) {
            case FP16 -> LARGEST_FP16;
            case FP64 -> Double.MAX_VALUE;
            case BF16, FP32, BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> Float.MAX_VALUE;
        };
    }

    private void flush() {
        count++;
        written.write(element.array(), 0, element.position());
        element.clear();
    }

    IllegalArgumentException refused(String given) {
        return new IllegalArgumentException(given + " is not allowed (expected: " + expected(datatype) + ")");
    }

    private static BigInteger largest(Datatype datatype) {
        return datatype == Datatype.UINT64 ? LARGEST_UINT64 : BigInteger.valueOf(datatype.largest());
    }
}
