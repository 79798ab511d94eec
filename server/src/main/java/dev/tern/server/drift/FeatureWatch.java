package dev.tern.server.drift;

import dev.tern.server.drift.DriftObserver.Change;
import dev.tern.server.predict.DriftState;
import org.jspecify.annotations.Nullable;

/**
 * Compares one feature with its reference, one window after the other. It drifts from the first window that differs, by so
 * little a p-value and so large a statistic as the settings want, until several in a row do not. All but {@link #state}
 * is for one thread.
 */
final class FeatureWatch {
    /** So many windows in a row end a drift, as one at the edge may miss by chance. */
    private static final int CALM_WINDOWS = 2;

    private final String name;
    private final boolean text;
    private final DriftSettings settings;
    private final double pValueLimit;

    /** Of the reference while there is none, then of the window. */
    private double[] values;

    private int filled;
    private @Nullable Reference reference;
    private long windows;
    private int calm;
    private boolean drifted;
    private Comparison last = new Comparison(Double.NaN, Double.NaN);
    private volatile DriftState.Feature state;

    /** @param text whether the values stand for texts */
    FeatureWatch(String name, boolean text, DriftSettings settings, double pValueLimit) {
        this.name = name;
        this.text = text;
        this.settings = settings;
        this.pValueLimit = pValueLimit;
        this.values = new double[settings.referenceRows()];
        this.state = describe(0, DriftState.Test.UNDECIDED);
    }

    /** What was found; as of the last {@link #publish}. Any thread. */
    DriftState.Feature state() {
        return state;
    }

    /** What a window changed that became full by {@code value}; null if none did. */
    @Nullable
    Change add(double value) {
        // There are two zeros, in an order that means nothing.
        values[filled] = value == 0 ? 0 : value;
        filled++;
        if (filled < values.length) {
            return null;
        }
        filled = 0;
        Reference current = reference;
        if (current == null) {
            reference = Reference.of(values, text, settings.windowRows());
            values = new double[settings.windowRows()];
            return null;
        }
        Change change = compare(current);
        publish();
        return change;
    }

    private Change compare(Reference current) {
        last = current.compare(values);
        windows++;
        boolean differs = last.pValue() <= pValueLimit && last.statistic() >= threshold(current.test());
        calm = differs ? 0 : calm + 1;
        boolean before = drifted;
        drifted = differs || (before && calm < CALM_WINDOWS);
        if (before == drifted) {
            return Change.NONE;
        }
        return drifted ? Change.BEGAN : Change.ENDED;
    }

    private double threshold(DriftState.Test test) {
        return switch (test) {
            case KOLMOGOROV_SMIRNOV -> settings.ksThreshold();
            case POPULATION_STABILITY_INDEX -> settings.psiThreshold();
            case UNDECIDED -> throw new IllegalStateException("a reference knows its test");
        };
    }

    /** Forgets everything, the reference included. */
    void restart() {
        reference = null;
        values = new double[settings.referenceRows()];
        filled = 0;
        windows = 0;
        calm = 0;
        drifted = false;
        last = new Comparison(Double.NaN, Double.NaN);
        publish();
    }

    /** Shows others what has come since the last time. */
    void publish() {
        Reference current = reference;
        state = current == null
                ? describe(filled, DriftState.Test.UNDECIDED)
                : describe(settings.referenceRows(), current.test());
    }

    private DriftState.Feature describe(int referenceValues, DriftState.Test test) {
        return new DriftState.Feature(name, test, referenceValues, windows, last.statistic(), last.pValue(), drifted);
    }
}
