package dev.tern.bench.load;

import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Arrivals whose rate changes. Each gap is drawn in requests, not in time, and lasts until the rate has asked for that
 * much: the time at which the integral of the rate has grown by the gap. With exponential gaps that is a Poisson process of
 * this rate, exactly. Not thread-safe.
 */
final class StagedArrivals implements Arrivals {
    /** After the last stage nothing comes. */
    static final long NEVER = TimeUnit.DAYS.toNanos(36_500);

    private final Iterator<Stage> stages;
    private final DoubleSupplier gaps;
    private Stage stage = new Stage(0, 0, 0);
    private long began;
    /** How many requests of the stage have come; not whole where a gap reaches into it. */
    private double spent;

    StagedArrivals(Iterator<Stage> stages, DoubleSupplier gaps) {
        this.stages = stages;
        this.gaps = gaps;
    }

    @Override
    public long next() {
        double gap = gaps.getAsDouble();
        while (spent + gap >= stage.requests()) {
            if (!stages.hasNext()) {
                return NEVER;
            }
            gap -= stage.requests() - spent;
            began += stage.nanos();
            stage = stages.next();
            spent = 0;
        }
        spent += gap;
        return began + Math.round(stage.nanosUntil(spent));
    }
}
