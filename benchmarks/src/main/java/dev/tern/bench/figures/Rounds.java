package dev.tern.bench.figures;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Repetitions, with the variants in turn in each. */
final class Rounds {
    private final Lab lab;
    private final int repeat;

    Rounds(Lab lab, int repeat) {
        this.lab = lab;
        this.repeat = repeat;
    }

    /** Makes the trials of repetition 0, 1, ... and gives each variant's readings under its name. */
    Map<String, List<Reading>> run(IntFunction<Map<String, Trial>> variants) {
        return run(repeat, variants);
    }

    /** The same, in a few repetitions only, for a choice among the variants. */
    Map<String, List<Reading>> tune(IntFunction<Map<String, Trial>> variants) {
        return run(FewReadings.of(repeat), variants);
    }

    private Map<String, List<Reading>> run(int times, IntFunction<Map<String, Trial>> variants) {
        return Turns.measure(times, variants, lab::measure);
    }

    /**
     * Requests per second that a closed loop gets: the median of a few readings.
     *
     * @throws NotMeasuredException when it gets none
     */
    double capacity(Trial trial) {
        return FewReadings.capacity(repeat, i -> lab.measure(trial).perSecond(), "under " + trial.describe());
    }
}
