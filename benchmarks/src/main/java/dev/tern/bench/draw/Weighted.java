package dev.tern.bench.draw;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Picks places in proportion to their weights, in constant time: Walker's alias method. Each place has a column of the same
 * height, filled up by one place that weighs more than its share. Immutable.
 */
public final class Weighted {
    private final double[] keep;
    private final int[] alias;

    /** Weights are finite, not negative, and one of them is more than 0. */
    public Weighted(double[] weights) {
        int size = weights.length;
        double sum = Arrays.stream(weights).sum();
        keep = new double[size];
        alias = new int[size];
        Deque<Integer> low = new ArrayDeque<>();
        Deque<Integer> high = new ArrayDeque<>();
        for (int place = 0; place < size; place++) {
            keep[place] = weights[place] * size / sum;
            alias[place] = place;
            (keep[place] < 1 ? low : high).add(place);
        }
        while (!low.isEmpty() && !high.isEmpty()) {
            int poor = low.remove();
            int rich = high.remove();
            alias[poor] = rich;
            keep[rich] -= 1 - keep[poor];
            (keep[rich] < 1 ? low : high).add(rich);
        }
        // What is left over is full but for rounding.
        low.forEach(place -> keep[place] = 1);
        high.forEach(place -> keep[place] = 1);
    }

    /** Zipf's law: the k-th place, from 1, weighs k<sup>-exponent</sup>. */
    public static Weighted zipf(int size, double exponent) {
        double[] weights = new double[size];
        for (int place = 0; place < size; place++) {
            weights[place] = Math.pow(place + 1, -exponent);
        }
        return new Weighted(weights);
    }

    /** The place that these random bits stand for: the upper half chooses the column, the lower who of it. */
    public int pick(long bits) {
        int column = (int) (((bits >>> 32) * keep.length) >>> 32);
        return (bits & 0xFFFF_FFFFL) * 0x1p-32 < keep[column] ? column : alias[column];
    }
}
