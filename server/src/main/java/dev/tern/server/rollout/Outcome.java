package dev.tern.server.rollout;

/** What became of one request, in a number that is not 0: no object has to be made for it. */
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

    /** Its caller took a request back after so long: it would have taken that long at least. */
    static long cancelled(long nanos) {
        return -answered(nanos);
    }

    static boolean isCancelled(long outcome) {
        return outcome < 0;
    }

    /** How long the request took, at least, unless it failed. */
    static long nanos(long outcome) {
        return Math.abs(outcome) - 1;
    }
}
