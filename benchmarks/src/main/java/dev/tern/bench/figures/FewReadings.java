package dev.tern.bench.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** For what is no figure itself: a capacity only sets loads, tuning only chooses. A few readings will do. */
public final class FewReadings {
    private static final int MOST = 3;

    private FewReadings() {}

    /** How many, of so many repetitions. */
    static int of(int repeat) {
        return Math.min(repeat, MOST);
    }

    /**
     * Requests per second that a server bears: the median of a few readings.
     *
     * @param lab measures reading 0, 1, ...; blocks
     * @param who answers, or under what, for people
     * @throws NotMeasuredException when nothing is answered
     */
    public static double capacity(int repeat, IntToDoubleFunction lab, String who) {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < of(repeat); i++) {
            rates.add(lab.applyAsDouble(i));
        }
        double capacity = Numbers.median(rates);
        if (!(capacity > 0)) {
            throw new NotMeasuredException("nothing was answered " + who);
        }
        return capacity;
    }
}
