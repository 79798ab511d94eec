package dev.tern.server.boot.warmup;

import java.util.concurrent.TimeUnit;

/** How much is run to find out what runs take. */
public enum Effort {
    /** Quick runs often enough that the JVM compiles their way: nobody is served meanwhile. */
    FULL(TimeUnit.MILLISECONDS.toNanos(200), TimeUnit.MILLISECONDS.toNanos(20), 4),
    /** The way is compiled, and requests want the core: each size once more than the first run, which does not count. */
    BRIEF(TimeUnit.MILLISECONDS.toNanos(50), 0, 2);

    /** Of all sizes together, so that a model loads hardly later for it. */
    final long budgetNanos;
    /** Of one size, unless {@link #leastRuns} take longer. */
    final long sizeNanos;

    final int leastRuns;

    Effort(long budgetNanos, long sizeNanos, int leastRuns) {
        this.budgetNanos = budgetNanos;
        this.sizeNanos = sizeNanos;
        this.leastRuns = leastRuns;
    }
}
