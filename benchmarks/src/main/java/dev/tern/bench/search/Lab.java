package dev.tern.bench.search;

import java.util.Optional;

/** Where windows are measured. */
public interface Lab {
    /**
     * Measures one window; blocks.
     *
     * @param rate requests per second, at Poisson times
     * @param number of the window, from 0: each has arrivals of its own
     * @param label what the window is called while it runs
     * @return empty when the lab was stopped
     */
    Optional<Point> measure(double rate, int number, String label);
}
