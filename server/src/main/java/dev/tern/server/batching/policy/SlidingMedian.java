package dev.tern.server.batching.policy;

import java.util.Arrays;

/** The median and the spread of the last few values; adding one moves a few array elements and allocates nothing. */
final class SlidingMedian {
    private final double[] inOrder;
    private final double[] sorted;
    private int size;
    private int next;

    SlidingMedian(int window) {
        inOrder = new double[window];
        sorted = new double[window];
    }

    void clear() {
        size = 0;
        next = 0;
    }

    int size() {
        return size;
    }

    void add(double value) {
        if (size == inOrder.length) {
            remove(inOrder[next]);
        }
        int at = Arrays.binarySearch(sorted, 0, size, value);
        at = at < 0 ? -at - 1 : at;
        System.arraycopy(sorted, at, sorted, at + 1, size - at);
        sorted[at] = value;
        size++;
        inOrder[next] = value;
        next = (next + 1) % inOrder.length;
    }

    private void remove(double value) {
        int at = Arrays.binarySearch(sorted, 0, size, value);
        System.arraycopy(sorted, at + 1, sorted, at, size - at - 1);
        size--;
    }

    double median() {
        return sorted[size / 2];
    }

    /** From the lower quartile to the upper one. */
    double quartiles() {
        return sorted[size * 3 / 4] - sorted[size / 4];
    }
}
