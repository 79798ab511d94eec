package dev.tern.bench.figures;

import java.util.Locale;

/**
 * What a figure is to reach.
 *
 * @param bound on which side of the limit it is to lie
 * @param limit meaningless where there is no bound
 */
public record Goal(Bound bound, double limit) {
    /** The side that is good. */
    public enum Bound {
        AT_LEAST,
        AT_MOST,
        /** It is only measured. */
        NONE
    }

    /** For what is only measured. */
    public static final Goal NONE = new Goal(Bound.NONE, 0);

    /** To be {@code limit} or more. */
    public static Goal atLeast(double limit) {
        return new Goal(Bound.AT_LEAST, limit);
    }

    /** To be {@code limit} or less. */
    public static Goal atMost(double limit) {
        return new Goal(Bound.AT_MOST, limit);
    }

    /** Whether a value reaches it; what could not be measured, NaN, reaches nothing. */
    public boolean isReachedBy(double value) {
        return switch (bound) {
            case AT_LEAST -> value >= limit;
            case AT_MOST -> value <= limit;
            case NONE -> true;
        };
    }

    /** For people: {@code ≥ 3}, or a dash for none. */
    @Override
    public String toString() {
        String number = String.format(Locale.ROOT, "%.4g", limit).replaceAll("\\.?0+$", "");
        return switch (bound) {
            case AT_LEAST -> "≥ " + number;
            case AT_MOST -> "≤ " + number;
            case NONE -> "–";
        };
    }
}
