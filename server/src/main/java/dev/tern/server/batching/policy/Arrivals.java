package dev.tern.server.batching.policy;

/** The last arrivals, measured: when each came and how many rows it had. Guarded by the caller's lock. */
public final class Arrivals {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long[] nanos;
    private final int[] rows;
    private final int mask;
    private long total;
    private long rowsKept;

    /** @param capacity how many are kept, a power of two */
    public Arrivals(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: a power of two)");
        }
        nanos = new long[capacity];
        rows = new int[capacity];
        mask = capacity - 1;
    }

    /** A request has come. Times never go back. */
    public void add(int newRows, long newNanos) {
        int at = (int) total & mask;
        nanos[at] = newNanos;
        rowsKept += newRows - rows[at];
        rows[at] = newRows;
        total++;
    }

    /** How many have come, ever. */
    public long total() {
        return total;
    }

    /** The rows per second of the arrivals that are kept; 0 without any. */
    public double rowsPerSecond(long nowNanos) {
        return total == 0 ? 0 : rowsKept * NANOS_PER_SECOND / Math.max(1, nowNanos - nanos[(int) oldest() & mask]);
    }

    private long oldest() {
        return Math.max(0, total - nanos.length);
    }

    private long firstSince(long sinceNanos) {
        long first = oldest();
        while (first < total && nanos[(int) first & mask] - sinceNanos < 0) {
            first++;
        }
        return first;
    }

    /** Copies those that came since {@code sinceNanos}, as many as fit. */
    void copyTo(Trace trace, long sinceNanos) {
        long first = Math.max(firstSince(sinceNanos), total - trace.nanos.length);
        trace.count = (int) (total - first);
        for (int i = 0; i < trace.count; i++) {
            int at = (int) (first + i) & mask;
            trace.nanos[i] = nanos[at];
            trace.rows[i] = rows[at];
        }
    }
}
