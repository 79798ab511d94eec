package dev.tern.server.rollout;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether answers have rank correlations at all, where they are to be judged by nothing else: outputs of one or two numbers
 * never have. Any thread tells.
 */
final class RankWatch {
    /** So many answers without one, and none with one. */
    static final int ENOUGH = 100;

    private final AtomicInteger without = new AtomicInteger();
    private volatile boolean seen;

    /** An answer was compared. */
    void told(double rankCorrelation) {
        if (!Double.isNaN(rankCorrelation)) {
            seen = true;
        } else if (!seen) {
            int unused = without.incrementAndGet();
        }
    }

    /** Whether it is of no use to wait for one. */
    boolean isVain() {
        return !seen && without.get() >= ENOUGH;
    }
}
