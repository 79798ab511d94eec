package dev.tern.server.testing;

/**
 * How far the long proofs go. {@code -Dtern.soak.seconds} says how long those by the clock last; those that count do less
 * in proportion where that is less than the full length.
 */
public final class SoakLength {
    private static final int FULL_SECONDS = 60;

    private SoakLength() {}

    /** Seconds asked for. */
    public static int seconds() {
        return Integer.getInteger("tern.soak.seconds", FULL_SECONDS);
    }

    /** As much of {@code full} as was asked for. */
    public static int of(int full) {
        return (int) Math.min(full, (long) full * seconds() / FULL_SECONDS);
    }
}
