package dev.tern.server.cache;

/**
 * How things stood with what is kept of a model when it was asked for an answer: what tells later whether that may be kept.
 *
 * @param generation of what is kept; another one once it has been cleared
 * @param refreshes of the answer, or of some others, that had begun; {@link #ANY} if those that begin later do not matter
 */
public record Asked(int generation, int refreshes) {
    /** No count of refreshes, as those begin at 0 and are not negative for longer than any run takes. */
    public static final int ANY = Integer.MIN_VALUE;

    /** Of a request that makes the answer anew itself: only a clearing has it not kept. */
    public Asked byRefresh() {
        return new Asked(generation, ANY);
    }

    /** Whether it is of such a request. */
    public boolean isByRefresh() {
        return refreshes == ANY;
    }

    /** Whether an answer asked for then may be kept as things stand {@code now}, unless they change at this moment. */
    public boolean isCurrent(Asked now) {
        return generation == now.generation && (isByRefresh() || refreshes == now.refreshes);
    }
}
