package dev.tern.bench.draw;

/**
 * Random numbers by their place: the n-th is a pure function of seed and n (SplitMix64), so that the n-th request of a run
 * is the same whichever thread sends it.
 */
public final class Counted {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long start;

    /**
     * Numbers of this seed.
     *
     * @param stream keeps the numbers of one seed's different uses apart
     */
    public Counted(long seed, long stream) {
        start = mixed(mixed(seed) + stream);
    }

    /** The n-th, from 0; any thread may ask. */
    public long bits(long n) {
        return mixed(start + n * GOLDEN_GAMMA);
    }

    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
