package dev.tern.server.batching;

import dev.tern.server.tensor.Shape;
import dev.tern.server.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** What requests that may share a run have in common, as numbers. Immutable. */
final class GroupKey {
    private final long[] values;
    private final int hash;

    private GroupKey(long[] values, int hash) {
        this.values = values;
        this.hash = hash;
    }

    /** Names and shapes but for the rows. */
    static Object exact(List<Tensor> inputs) {
        return new Exact(
                inputs.stream().map(Tensor::name).toList(),
                inputs.stream()
                        .map(input -> input.shape().rank() == 0
                                ? input.shape()
                                : input.shape().row().rows(Shape.VARIABLE))
                        .toList());
    }

    private record Exact(List<String> names, List<Shape> rows) {}

    /** Keys seen lately, given again instead of a new one. Any thread. */
    static final class Recent {
        private static final int KEPT = 64;

        /** Read and written without a lock: keys are immutable, and a lost one is made again. */
        private final @Nullable GroupKey[] kept = new GroupKey[KEPT];

        /** The key of {@code count} values, each asked for twice at the most. */
        GroupKey of(int count, IntToLongFunction values) {
            long mixed = count;
            for (int i = 0; i < count; i++) {
                mixed = (mixed ^ values.applyAsLong(i)) * 0x9E3779B97F4A7C15L;
                mixed ^= mixed >>> 32;
            }
            int place = (int) mixed & (KEPT - 1);
            GroupKey known = kept[place];
            if (known != null && known.has(count, values)) {
                return known;
            }
            long[] own = new long[count];
            Arrays.setAll(own, values);
            GroupKey made = new GroupKey(own, (int) mixed);
            kept[place] = made;
            return made;
        }
    }

    private boolean has(int count, IntToLongFunction other) {
        if (count != values.length) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (values[i] != other.applyAsLong(i)) {
                return false;
            }
        }
        return true;
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
