package dev.tern.server.batching.policy;

/**
 * What a batch waits for.
 *
 * @param rowsToWaitFor a batch goes as soon as so many rows wait; 1 goes at once
 * @param windowNanos or as soon as its oldest request has waited so long
 * @param maxRows rows in one run at the most
 */
public record Plan(int rowsToWaitFor, long windowNanos, int maxRows) {
    /** Whether what a plan was made for has become another thing: one is more than {@code factor} times the other. */
    static boolean isFar(double one, double other, double factor) {
        return one > other * factor || other > one * factor;
    }
}
