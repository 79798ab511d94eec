package dev.tern.bench.plot;

/** Round numbers: 1, 2 and 5 times a power of ten. */
final class Round {
    private static final double[] DIGITS = {1, 2, 5, 10};
    /** What rounding errors may amount to. */
    private static final double CLOSE = 1e-9;

    private Round() {}

    /** The smallest that is at least the value, which is more than 0. */
    static double upTo(double value) {
        double power = power(value);
        for (double digit : DIGITS) {
            if (digit * power >= value * (1 - CLOSE)) {
                return digit * power;
            }
        }
        return value;
    }

    /** The largest that is at most the value, which is more than 0. */
    static double downTo(double value) {
        double power = power(value);
        double largest = power;
        for (double digit : DIGITS) {
            if (digit * power <= value * (1 + CLOSE)) {
                largest = digit * power;
            }
        }
        return largest;
    }

    private static double power(double value) {
        return Math.pow(10, Math.floor(Math.log10(value) + CLOSE));
    }
}
