package dev.tern.server.ensemble.steps;

import java.util.Arrays;

/** The best of the scores that were added, in order: the highest first, of equal ones the first, NaN last. One thread. */
final class Ranking {
    /** Ascending; the upper half of each is the less the higher the score, the lower half is the place. */
    private final long[] best;

    private int size;

    /** @param kept how many are kept at the most */
    Ranking(int kept) {
        this.best = new long[kept];
    }

    void clear() {
        size = 0;
    }

    /** @param place at least 0 */
    void add(float score, int place) {
        long rank = (long) ~ascending(score) << Integer.SIZE | place;
        if (size == best.length) {
            if (rank > best[size - 1]) {
                return;
            }
            size--;
        }
        int at = ~Arrays.binarySearch(best, 0, size, rank);
        System.arraycopy(best, at, best, at + 1, size - at);
        best[at] = rank;
        size++;
    }

    /** The place of the one that is {@code nth}, from 0. */
    int place(int nth) {
        return (int) best[nth];
    }

    /** Bits that are in the scores' order as whole numbers, NaN below all others. */
    private static int ascending(float score) {
        if (Float.isNaN(score)) {
            return Integer.MIN_VALUE;
        }
        // Makes one zero of two.
        int bits = Float.floatToIntBits(score + 0.0f);
        return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    }
}
