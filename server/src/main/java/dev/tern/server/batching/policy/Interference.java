package dev.tern.server.batching.policy;

/**
 * How much lower priority levels may cost the higher ones. A run cannot be interrupted by a request that comes a moment
 * later, so what keeps the higher levels quick is that runs of the lower ones are short while the higher ones are in
 * use: they take at the most {@link #OWN} times what one row takes, and as guests in a batch of a higher level lengthen
 * it at the most by the factor {@link #GUESTS}.
 */
final class Interference {
    static final double OWN = 1.25;
    static final double GUESTS = 1.1;

    /** A level is in use for so long after its last request. */
    private static final long IN_USE_NANOS = 1_000_000_000;

    private final ExecutionTimes times;
    private final long[] lastNanos;
    private final boolean[] seen;

    Interference(ExecutionTimes times, int levels) {
        this.times = times;
        this.lastNanos = new long[levels];
        this.seen = new boolean[levels];
    }

    void arrived(int level, long nanos) {
        seen[level - 1] = true;
        lastNanos[level - 1] = nanos;
    }

    /**
     * Rows that a batch led by {@code level} may have.
     *
     * @param perRow units of work in a row
     */
    int ownRows(int level, int maxRows, long perRow, long nowNanos) {
        return isHigherInUse(level, nowNanos)
                ? rowsWithin(1, maxRows, perRow, times.expectedNanos(perRow) * OWN)
                : maxRows;
    }

    /** Rows that a batch of {@code rows} may grow to with requests of lower levels. */
    int guestRows(int rows, long perRow, int maxRows) {
        int least = Math.max(1, rows);
        return times.known()
                ? Math.max(rows, rowsWithin(least, maxRows, perRow, times.expectedNanos(least * perRow) * GUESTS))
                : maxRows;
    }

    private boolean isHigherInUse(int level, long nowNanos) {
        for (int i = 0; i < level - 1; i++) {
            if (seen[i] && nowNanos - lastNanos[i] < IN_USE_NANOS) {
                return true;
            }
        }
        return false;
    }

    /** The most rows from {@code least} to {@code most} that take no longer than {@code nanos}. */
    private int rowsWithin(int least, int most, long perRow, double nanos) {
        int low = least;
        int high = Math.max(least, most);
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (times.expectedNanos(middle * perRow) <= nanos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
