package dev.tern.client;

import java.util.Arrays;

/** Arithmetic on shapes. */
final class Shapes {
    private Shapes() {}

    /** How many elements {@code shape} holds; 1 for the empty shape of a scalar. */
    static long elements(long[] shape) {
        boolean empty = false;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(shape) + " has a negative dimension (expected: 0 or more)");
            }
            empty |= dimension == 0;
        }
        return empty ? 0 : product(shape);
    }

    /** Throws unless {@code shape} holds exactly {@code count} elements. */
    static void requireElements(long count, long[] shape) {
        long expected = elements(shape);
        if (count != expected) {
            throw new IllegalArgumentException(count + " values do not fill shape " + Arrays.toString(shape)
                    + " (expected: " + expected + " values)");
        }
    }

    private static long product(long[] shape) {
        try {
            return Arrays.stream(shape).reduce(1, Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " holds more than " + Long.MAX_VALUE + " elements", e);
        }
    }
}
