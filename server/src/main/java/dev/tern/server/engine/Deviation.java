package dev.tern.server.engine;

import dev.tern.server.tensor.Tensor;

/**
 * How far two tensors that should be equal are apart, at the worst of their elements; infinite where they cannot be
 * compared: other shapes, texts or whole numbers that differ, a number and none.
 *
 * @param absolute the difference of two numbers
 * @param relative their difference as a share of the larger one
 * @param weighed their difference as a share of the larger one or of 1, whichever is more; 0 where it is no more than a
 *     half-precision format cannot hold
 */
public record Deviation(double absolute, double relative, double weighed) {
    public static final Deviation NONE = new Deviation(0, 0, 0);

    private static final Deviation INCOMPARABLE =
            new Deviation(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** How far {@code one} and {@code other}, of one type, are apart. */
    public static Deviation between(Tensor one, Tensor other) {
        return Difference.deviation(one, other);
    }

    /** Of two numbers, of which a format's rounding may take {@code rounding} of {@link #weighed}. */
    static Deviation of(double a, double b, double rounding) {
        if (Double.compare(a, b) == 0) {
            return NONE;
        }
        double apart = Math.abs(a - b);
        if (Double.isNaN(apart) || Double.isInfinite(a) || Double.isInfinite(b)) {
            return INCOMPARABLE;
        }
        double larger = Math.max(Math.abs(a), Math.abs(b));
        double weighed = apart / Math.max(1, larger);
        return new Deviation(apart, larger == 0 ? 0 : apart / larger, weighed <= rounding ? 0 : weighed);
    }

    static Deviation incomparable() {
        return INCOMPARABLE;
    }

    /** The worse of each. */
    public Deviation or(Deviation other) {
        return new Deviation(
                Math.max(absolute, other.absolute),
                Math.max(relative, other.relative),
                Math.max(weighed, other.weighed));
    }

    /** Whether the two count as equal. */
    public boolean isWithin(double tolerance) {
        return weighed <= tolerance;
    }
}
