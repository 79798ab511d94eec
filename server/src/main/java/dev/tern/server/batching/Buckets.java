package dev.tern.server.batching;

import java.util.Arrays;

/**
 * Classes of lengths: no row is filled up by more than a given share when it is padded to the longest of its class. A
 * class that starts at length {@code a} ends at {@code a / (1 - waste)}; 0 is a class of its own.
 */
final class Buckets {
    private static final int MAX_CLASSES = 4096;

    /** Against rounding: at a waste of a half, 3 must end at 6. */
    private static final double EPSILON = 1e-9;

    private final long[] starts;

    /** @param waste at least 0, less than 1; 0 gives every length a class of its own */
    Buckets(double waste) {
        long[] edges = new long[MAX_CLASSES];
        int count = 0;
        for (double start = 1; count < MAX_CLASSES && start < Integer.MAX_VALUE; count++) {
            edges[count] = (long) start;
            start = Math.max(start, Math.floor(start / (1 - waste) + EPSILON)) + 1;
        }
        this.starts = Arrays.copyOf(edges, count);
    }

    /** The first length of the class that {@code length} is in; behind the last class every length stands for itself. */
    long of(long length) {
        if (length <= 0 || length > starts[starts.length - 1]) {
            return length;
        }
        int found = Arrays.binarySearch(starts, length);
        return starts[found >= 0 ? found : -found - 2];
    }
}
