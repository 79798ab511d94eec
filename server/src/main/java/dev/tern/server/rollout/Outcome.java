package dev.tern.server.rollout;

/** What became of one request, in a number above 0: no object has to be made for it. */
final class Outcome {
    /** A request failed. */
    static final long FAILED = Long.MAX_VALUE;

    /** Of a shadow: its answer is near enough. */
    static final long WITHIN = 1;

    /** Of a shadow: its answer is not near enough. */
    static final long BEYOND = 2;

    /** Of a shadow: it was answered, and nothing is asked of the answer. */
    static final long NOT_COMPARED = 3;

    private Outcome() {}

    /** A request was answered after so long. */
    static long answered(long nanos) {
        return Math.max(0, nanos) + 1;
    }

    /** How long the request took, unless it failed. */
    static long nanos(long outcome) {
        return outcome - 1;
    }
}
