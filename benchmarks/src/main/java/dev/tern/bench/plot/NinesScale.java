package dev.tern.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Percentiles by their nines: from 90 to 99 is as far as from 99 to 99.9. */
public final class NinesScale implements Scale {
    private static final double MEDIAN = 50;

    private final double nines;

    /**
     * Makes a scale.
     *
     * @param nines how far it reaches: 2 for 99, 3 for 99.9; at least 1
     */
    public NinesScale(double nines) {
        this.nines = nines;
    }

    /** The percentile that lies at so many nines: 90 at 1, 99 at 2. */
    public static double percentile(double nines) {
        return 100 * (1 - Math.pow(10, -nines));
    }

    @Override
    public double place(double percentile) {
        return -Math.log10(1 - percentile / 100) / nines;
    }

    @Override
    public List<Double> ticks() {
        List<Double> ticks = new ArrayList<>(List.of(0.0, MEDIAN));
        for (int i = 1; i <= nines; i++) {
            ticks.add(percentile(i));
        }
        return List.copyOf(ticks);
    }

    @Override
    public String label(double tick) {
        int decimals = Math.max(0, (int) Math.rint(-Math.log10(1 - tick / 100)) - 2);
        return String.format(Locale.ROOT, "%." + decimals + "f%%", tick);
    }
}
