package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/** Repetitions, with the variants in turn in each, forwards and backwards, so that what drifts meets all alike. */
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
        Map<String, List<Reading>> readings = new LinkedHashMap<>();
        for (int repetition = 0; repetition < times; repetition++) {
            Map<String, Trial> trials = variants.apply(repetition);
            List<String> names = new ArrayList<>(trials.keySet());
            names.forEach(name -> readings.computeIfAbsent(name, each -> new ArrayList<>()));
            if (repetition % 2 == 1) {
                Collections.reverse(names);
            }
            for (String name : names) {
                Variants.readings(readings, name).add(lab.measure(Objects.requireNonNull(trials.get(name))));
            }
        }
        return readings;
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
