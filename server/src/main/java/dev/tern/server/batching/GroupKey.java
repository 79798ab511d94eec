package dev.tern.server.batching;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What requests that may share a run have in common, as numbers. Immutable. */
final class GroupKey {
    private final long[] values;
    private final int hash;

    private GroupKey(long[] values, int hash) {
        this.values = values;
        this.hash = hash;
    }

    /** Keys seen lately, given again instead of a new one. Any thread. */
    static final class Recent {
        private static final int KEPT = 64;

        /** Read and written without a lock: keys are immutable, and a lost one is made again. */
        private final @Nullable GroupKey[] kept = new GroupKey[KEPT];

        /** The key of {@code values}, which belong to it from here on. */
        GroupKey of(long[] values) {
            int hash = hash(values);
            int place = hash & (KEPT - 1);
            GroupKey known = kept[place];
            if (known != null && Arrays.equals(known.values, values)) {
                return known;
            }
            GroupKey made = new GroupKey(values, hash);
            kept[place] = made;
            return made;
        }
    }

    private static int hash(long[] values) {
        long mixed = values.length;
        for (long value : values) {
            mixed = (mixed ^ value) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 32;
        }
        return (int) mixed;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof GroupKey key && Arrays.equals(values, key.values));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
