package dev.tern.server.batching.policy;

/** Arrivals in the order they came: the input of a {@link Replay}. */
final class Trace {
    final long[] nanos;
    final int[] rows;
    int count;

    Trace(int capacity) {
        nanos = new long[capacity];
        rows = new int[capacity];
    }

    double rowsPerRequest() {
        return (double) rowsSum() / count;
    }

    double rowsPerNano() {
        return (double) rowsSum() / Math.max(1, nanos[count - 1] - nanos[0]);
    }

    private long rowsSum() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += rows[i];
        }
        return sum;
    }
}
