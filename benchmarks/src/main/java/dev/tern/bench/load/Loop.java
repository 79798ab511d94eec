package dev.tern.bench.load;

import org.HdrHistogram.Histogram;

/** A running load. */
public interface Loop {
    /**
     * Sends requests until the window is over; blocks until then. What is still under way may end later.
     *
     * @return how much later than intended the measured requests were sent, and the one at which the loop gave up being
     *     too far behind, in nanoseconds; empty where no time was intended
     */
    Histogram run();

    /** Whether, after {@link #run} has returned, nothing is under way any more and nothing will be sent. */
    boolean isIdle();
}
