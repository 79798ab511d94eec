package dev.tern.server.batching.policy;

import java.util.Arrays;

/**
 * The slow part of the learned execution times: a value for each of the {@link Knots}, straight lines between them.
 *
 * <p>A run moves the knots on either side of its size by a step of the logarithm of measured over predicted. The step
 * is an average while a knot is young and {@link #STEADY_RATE} later. One run counts {@link #CLIP} at the most, so that
 * a pause of the collector passes by; only a knot that errs the same way {@link #PERSISTENT} times running is believed.
 */
final class CurveShape {
    private static final double STEADY_RATE = 0.03;
    private static final double CORRECTING_RATE = 0.1;
    private static final double CLIP = 0.1;
    private static final double YOUNG_CLIP = 2;
    private static final int PERSISTENT = 16;
    private static final double YOUNG = 3;
    private static final double TRUSTED = 2;
    private static final double MOST_WEIGHT = 20;

    private double[] nanos;
    private double[] runs;
    private int[] streak;
    private boolean started;

    CurveShape(int knots) {
        nanos = new double[knots];
        runs = new double[knots];
        streak = new int[knots];
    }

    /** Goes on to so many knots, along its last line. */
    void grow(int knots) {
        int known = nanos.length;
        if (knots > known) {
            double[] before = nanos;
            nanos = Arrays.copyOf(before, knots);
            runs = Arrays.copyOf(runs, knots);
            streak = Arrays.copyOf(streak, knots);
            for (int knot = known; knot < knots; knot++) {
                nanos[knot] = interpolate(before, Knots.units(knot));
            }
        }
    }

    void start(long units, double measured) {
        Affine guess = Affine.through((double) units, measured);
        Arrays.setAll(nanos, knot -> guess.at((double) Knots.units(knot)));
        started = true;
    }

    boolean started() {
        return started;
    }

    double at(long units) {
        return interpolate(nanos, units);
    }

    /** Whether this size was run often enough to tell a change of all sizes from ignorance of this one. */
    boolean trusts(long units) {
        int knot = segment(nanos, units);
        double above = Math.min(1, above(knot, units));
        return runs[knot] * (1 - above) + runs[knot + 1] * above >= TRUSTED;
    }

    /** Forgets everything but that a run of {@code units} took {@code measured}. */
    void restart(long units, double measured) {
        Arrays.fill(runs, 0);
        Arrays.fill(streak, 0);
        start(units, measured);
    }

    /** One run: {@code error} is the logarithm of measured over {@link #at}, both on the scale of this shape. */
    void learn(long units, double error) {
        int knot = segment(nanos, units);
        double above = Math.min(1, above(knot, units));
        if (above < 1) {
            learn(knot, 1 - above, error);
        }
        if (above > 0) {
            learn(knot + 1, above, error);
        }
    }

    private void learn(int knot, double weight, double error) {
        runs[knot] += weight;
        if (runs[knot] <= YOUNG && error < 0) {
            // The first runs of a size are cold: until it has had a few, the fastest counts.
            nanos[knot] *= Math.exp(error);
            return;
        }
        double clip = CLIP + YOUNG_CLIP / runs[knot];
        streak[knot] = Math.abs(error) <= CLIP ? 0 : follow(streak[knot], error);
        boolean persistent = Math.abs(streak[knot]) >= PERSISTENT;
        double step = persistent ? error : Math.max(-clip, Math.min(clip, error));
        double rate = Math.max(1 / runs[knot], persistent ? CORRECTING_RATE : STEADY_RATE);
        nanos[knot] *= Math.exp(weight * rate * step);
    }

    private static int follow(int streak, double error) {
        int sign = error > 0 ? 1 : -1;
        return streak * sign > 0 ? streak + sign : sign;
    }

    /** The curve as it is read: unknown sizes filled in from the known ones, and never falling. */
    double[] curve() {
        fillUnknown();
        return rising();
    }

    /** Unknown knots take the affine fit, corrected by how far their known neighbours are from it. */
    private void fillUnknown() {
        double[] weights = new double[runs.length];
        Arrays.setAll(weights, knot -> Math.min(runs[knot], MOST_WEIGHT));
        Affine fit = Affine.fit(nanos, weights);
        int last = -1;
        for (int knot = 0; knot < nanos.length; knot++) {
            if (runs[knot] > 0) {
                fillBetween(last, knot, fit);
                last = knot;
            }
        }
        fillBetween(last, nanos.length, fit);
    }

    private void fillBetween(int low, int high, Affine fit) {
        double fromLow = low < 0 ? 0 : nanos[low] / fit.at((double) Knots.units(low));
        double fromHigh = high == nanos.length ? 0 : nanos[high] / fit.at((double) Knots.units(high));
        for (int knot = low + 1; knot < high; knot++) {
            double part = fromLow == 0 ? 1 : fromHigh == 0 ? 0 : (double) (knot - low) / (high - low);
            nanos[knot] = fit.at((double) Knots.units(knot)) * (fromLow + (fromHigh - fromLow) * part);
        }
    }

    /** Pool-adjacent-violators: the nearest curve, by weighted squares, that never falls. */
    private double[] rising() {
        double[] value = new double[nanos.length];
        double[] weight = new double[nanos.length];
        int[] length = new int[nanos.length];
        int blocks = 0;
        for (int knot = 0; knot < nanos.length; knot++) {
            value[blocks] = nanos[knot];
            weight[blocks] = Math.min(runs[knot], MOST_WEIGHT) + CLIP;
            length[blocks] = 1;
            blocks++;
            while (blocks > 1 && value[blocks - 2] > value[blocks - 1]) {
                blocks--;
                double together = weight[blocks - 1] + weight[blocks];
                value[blocks - 1] =
                        (value[blocks - 1] * weight[blocks - 1] + value[blocks] * weight[blocks]) / together;
                weight[blocks - 1] = together;
                length[blocks - 1] += length[blocks];
            }
        }
        double[] curve = new double[nanos.length];
        for (int block = 0, knot = 0; block < blocks; knot += length[block], block++) {
            Arrays.fill(curve, knot, knot + length[block], value[block]);
        }
        return curve;
    }

    /** The value at {@code units}; beyond the last knot its line goes on. */
    static double interpolate(double[] curve, long units) {
        int knot = segment(curve, units);
        return curve[knot] + (curve[knot + 1] - curve[knot]) * above(knot, units);
    }

    private static int segment(double[] curve, long units) {
        return Math.min(Knots.below(units), curve.length - 2);
    }

    private static double above(int knot, long units) {
        long low = Knots.units(knot);
        return (double) (units - low) / (Knots.units(knot + 1) - low);
    }
}
