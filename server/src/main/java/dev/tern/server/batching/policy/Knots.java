package dev.tern.server.batching.policy;

/** The sizes at which a curve is kept: 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on, two in every doubling. */
final class Knots {
    private Knots() {}

    /** How many it takes for every size up to {@code max} to have a knot at or below it and one above it. */
    static int count(long max) {
        return below(max) + 2;
    }

    /** The index of the largest knot that is not above {@code units} (at least 1); found without a search. */
    static int below(long units) {
        if (units <= 1) {
            return 0;
        }
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(units);
        return 2 * doublings - 1 + (int) ((units >> (doublings - 1)) & 1);
    }

    static long units(int knot) {
        if (knot == 0) {
            return 1;
        }
        int doublings = (knot + 1) / 2;
        long halves = 2L + ((knot + 1) & 1);
        return halves << (doublings - 1);
    }
}
