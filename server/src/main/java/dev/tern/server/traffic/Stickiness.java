package dev.tern.server.traffic;

import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Where a user's value stands in a model's split: the same in every process and after every restart, and for each model
 * at another place, so that not always the same users are the first to get what is new.
 */
final class Stickiness {
    /** Bits of a double's fraction, its first 1 included. */
    private static final int FRACTION_BITS = 53;

    private static final double STEP = 0x1.0p-53;

    private Stickiness() {}

    /** At least 0 and less than 1, evenly over all values. */
    static double point(String model, String value) {
        long seed = Hashing.komihash5_0().hashCharsToLong(model);
        long hash = Hashing.komihash5_0(seed).hashCharsToLong(value);
        return (double) (hash >>> (Long.SIZE - FRACTION_BITS)) * STEP;
    }
}
