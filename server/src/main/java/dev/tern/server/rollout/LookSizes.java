package dev.tern.server.rollout;

/** Remembers how many scores the largest of the last looks had; what was long ago is forgotten. */
final class LookSizes {
    /** That are remembered at least, half a minute of them where each finds scores; twice as many at most. */
    static final int REMEMBERED = 300;

    private long looks;

    /** Of the {@link #REMEMBERED} looks that are being counted. */
    private long largest;

    /** Of those before them. */
    private long largestBefore;

    /** A look had so many scores. */
    void add(long size) {
        if (looks++ % REMEMBERED == 0) {
            largestBefore = largest;
            largest = 0;
        }
        largest = Math.max(largest, size);
    }

    /** Of the looks before, 0 if there was none. */
    long largest() {
        return Math.max(largest, largestBefore);
    }
}
