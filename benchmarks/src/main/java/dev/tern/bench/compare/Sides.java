package dev.tern.bench.compare;

import dev.tern.bench.measure.Measurement;
import java.util.Optional;

/** Where slices are measured. */
public interface Sides {
    /**
     * Measures one slice; blocks.
     *
     * @param seed of its arrivals
     * @param label what the slice is called while it runs
     * @return empty when it was stopped
     */
    Optional<Measurement> measure(Side side, long seed, String label);
}
