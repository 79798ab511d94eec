package dev.tern.server.batching.policy;

/** Hoare's selection: one order statistic without sorting everything. */
final class Selection {
    private Selection() {}

    /** The value of {@code rank}, from 0 for the least, of the first {@code count}; reorders them. */
    static long select(long[] values, int count, int rank) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            long pivot = values[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    long swapped = values[i];
                    values[i++] = values[j];
                    values[j--] = swapped;
                }
            }
            if (rank > j && rank < i) {
                return values[rank];
            }
            low = rank >= i ? i : low;
            high = rank <= j ? j : high;
        }
        return values[rank];
    }
}
