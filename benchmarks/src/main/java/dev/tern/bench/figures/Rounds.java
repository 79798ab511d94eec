package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Repetitions, with the variants in turn in each. */
final class Rounds {
    /** A capacity only sets loads, and tuning only chooses; a few readings will do. */
    private static final int FEW = 3;

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
        return run(Math.min(repeat, FEW), variants);
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
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < Math.min(repeat, FEW); i++) {
            rates.add(lab.measure(trial).perSecond());
        }
        double capacity = Numbers.median(rates);
        if (!(capacity > 0)) {
            throw new NotMeasuredException("nothing was answered under " + trial.describe());
        }
        return capacity;
    }
}
