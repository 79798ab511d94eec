package dev.tern.server.traffic;

import java.util.Arrays;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/** The first numbers of two outputs, for the correlation of their ranks. One thread. */
final class Ranks {
    /** Ranks are taken of so many elements from the begin: sorting them must not take longer than the model did. */
    static final int MOST = 4096;

    /** A correlation of fewer says nothing. */
    static final int LEAST = 3;

    private final double[] first;
    private final double[] second;
    private int seen;
    private int count;

    /** @param elements that there are at the most */
    Ranks(long elements) {
        first = new double[(int) Math.min(elements, MOST)];
        second = new double[first.length];
    }

    /** Takes two that stand in the same place, unless one is no number or enough have been seen. */
    void add(double one, double other) {
        if (seen < first.length) {
            seen++;
            if (!Double.isNaN(one) && !Double.isNaN(other)) {
                first[count] = one;
                second[count++] = other;
            }
        }
    }

    /** Spearman's; NaN for too few, or where both sides are the same throughout; 0 where only one is. */
    double correlation() {
        if (count < LEAST) {
            return Double.NaN;
        }
        double[] one = Arrays.copyOf(first, count);
        double[] other = Arrays.copyOf(second, count);
        if (isConstant(one) || isConstant(other)) {
            // An order on one side and none on the other have nothing in common.
            return isConstant(one) && isConstant(other) ? Double.NaN : 0;
        }
        return new SpearmansCorrelation().correlation(one, other);
    }

    private static boolean isConstant(double[] values) {
        for (double each : values) {
            if (each != values[0]) {
                return false;
            }
        }
        return true;
    }
}
