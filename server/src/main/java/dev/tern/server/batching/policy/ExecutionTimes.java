package dev.tern.server.batching.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a run of a model takes, by the size of the batch, learned from the runs themselves.
 *
 * <p>Time is a shape times a scale, t(u) = scale * shape(u). The shape ({@link CurveShape}) is learned slowly, size by
 * size. The scale follows the median of the last {@value #WINDOW} ratios of measured over shape: it moves every size at
 * once when most of them say so (a slower clock, a noisy neighbour), which takes half a window, and no single pause moves
 * it. What runs say that were ended before they were done ({@link EndedRuns}) comes on top.
 *
 * <p>Threads: {@link #observe} belongs under one lock. Everything else may be called from any thread: it reads one
 * immutable snapshot through a volatile field.
 */
public final class ExecutionTimes {
    private static final int WINDOW = 21;
    private static final int ENOUGH = 5;
    /** The scale stays while the median says less than this: the shape takes up small differences. */
    private static final double LEAST_CHANGE = 0.08;
    /** Three standard errors of the median of a full window, in quartile distances. */
    private static final double NOISE = 0.6;

    /** Runs whose ratios' quartiles, after a change, are so far apart (half as much again) did not change alike. */
    private static final double OTHER_FORM = Math.log(1.5);

    /** A change of scale by more than this (four times), and one back: different sizes have had their turns. */
    private static final double BACK = Math.log(4);

    private static final double TAIL = 0.95;
    private static final double TAIL_STEP = 0.02;
    private static final double FIRST_TAIL = Math.log(1.2);
    private static final double MEMORY = 0.05;
    private static final int EAGER_RUNS = 64;
    private static final int PUBLISH_EVERY = 8;

    private final CurveShape shape;
    private final SlidingMedian ratios = new SlidingMedian(WINDOW);
    private final Trust trust = new Trust();
    private final EndedRuns endedRuns = new EndedRuns();
    private volatile long maxUnits;
    private volatile Measured[] measured = {};
    private double logScale;
    private double logTail = FIRST_TAIL;
    private boolean settling;
    private double lastChange;

    /** The runs say that the curve has another form, which no scale makes up for. */
    private boolean otherForm;

    private long runs;
    private long judged;
    private double error;
    private volatile Snapshot snapshot = Snapshot.UNKNOWN;

    /** @param maxUnits the largest size to expect; the curve grows with larger ones, and is extrapolated beyond */
    public ExecutionTimes(long maxUnits) {
        if (maxUnits < 1) {
            throw new IllegalArgumentException("max units: " + maxUnits + " (expected: >= 1)");
        }
        shape = new CurveShape(Knots.count(maxUnits));
        reach(maxUnits);
    }

    /** Sees to it that {@code units} lie within the curve. */
    private void reach(long units) {
        if (units <= maxUnits) {
            return;
        }
        int knots = Knots.count(units);
        shape.grow(knots);
        Measured[] before = measured;
        Measured[] grown = Arrays.copyOf(before, Math.max(knots, before.length));
        for (int knot = before.length; knot < grown.length; knot++) {
            grown[knot] = new Measured();
        }
        measured = grown;
        maxUnits = units;
    }

    /**
     * One run before the first request, such as a warm-up: {@code units} of work took {@code nanos}. Belongs under the
     * lock, too. It counts less than {@link #observe}: not among the runs that are shown, nor for the error.
     */
    public void seed(long units, long nanos) {
        learn(clamp(units), (double) Math.max(1, nanos));
        trust.seeded();
        publish();
    }

    /** Whether what was learned may cost a request its run. */
    Trust trust() {
        return trust;
    }

    /** One run has ended: {@code units} of work (rows, or padded elements) took {@code nanos}. */
    public void observe(long units, long nanos) {
        long size = clamp(units);
        double took = (double) Math.max(1, nanos);
        boolean changed = false;
        if (shape.started()) {
            changed = endedRuns.completed(size, took, snapshot.usualMax(size));
            judge(size, took);
        }
        changed |= learn(size, took);
        measured[Math.min(Knots.below(size), measured.length - 1)].add((double) size, took);
        runs++;
        if (changed || runs <= EAGER_RUNS || runs % PUBLISH_EVERY == 0) {
            publish();
        }
    }

    /** Compares what was predicted with what came. */
    private void judge(long units, double took) {
        double predicted = snapshot.at(units);
        double off = Math.log(took / predicted);
        // Robbins-Monro: a step up weighs as much as the steps down between two values above the quantile.
        logTail = Math.max(0, logTail + TAIL_STEP * (off > logTail ? TAIL : TAIL - 1));
        double relative = Math.abs(predicted - took) / took;
        error += (relative - error) * Math.max(1.0 / ++judged, MEMORY);
    }

    /**
     * One run of {@code units} was ended after {@code nanos}, before it was done. Belongs under the lock, too.
     *
     * @return whether that says anything: it was given more time than runs of its size take
     */
    public boolean atLeast(long units, long nanos) {
        long size = clamp(units);
        boolean telling =
                shape.started() && endedRuns.ended(size, (double) nanos, snapshot.curve, snapshot.usualMax(size));
        if (telling) {
            publish();
        }
        return telling;
    }

    /** Returns whether the scale has moved. */
    private boolean learn(long units, double took) {
        reach(units);
        if (!shape.started()) {
            shape.start(units, took);
        }
        double logRatio = Math.log(took / shape.at(units));
        boolean trusted = shape.trusts(units);
        boolean moved = trusted && rescale(logRatio);
        if (otherForm) {
            startAnew(units, took);
        } else if (!settling || !trusted) {
            shape.learn(units, logRatio - logScale);
        }
        return moved;
    }

    private boolean rescale(double logRatio) {
        ratios.add(logRatio);
        if (ratios.size() < ENOUGH) {
            return false;
        }
        double median = ratios.median();
        if (settling) {
            settling = ratios.size() < WINDOW;
            logScale = median;
            otherForm = !settling && ratios.quartiles() > OTHER_FORM;
            return true;
        }
        double away = Math.abs(median - logScale);
        if (away <= Math.max(LEAST_CHANGE, NOISE * ratios.quartiles())) {
            return false;
        }
        // What came before says nothing any more: the scale keeps following until there is a window of what comes now.
        settling = true;
        double change = median - logScale;
        otherForm = Math.abs(change) > BACK && Math.abs(lastChange) > BACK && change * lastChange < 0;
        lastChange = change;
        logScale = median;
        ratios.clear();
        return true;
    }

    /** No scale fits all sizes any more: each is learned anew, by itself. */
    private void startAnew(long units, double took) {
        shape.restart(units, took);
        shape.learn(units, 0);
        ratios.clear();
        logScale = 0;
        lastChange = 0;
        settling = false;
        otherForm = false;
    }

    private void publish() {
        double[] curve = shape.curve();
        double scale = Math.exp(logScale);
        double best = 0;
        for (int knot = 0; knot < curve.length; knot++) {
            curve[knot] *= scale;
            if (Knots.units(knot) <= maxUnits) {
                best = Math.max(best, Knots.units(knot) / curve[knot]);
            }
        }
        best = Math.max(best, maxUnits / CurveShape.interpolate(curve, maxUnits));
        snapshot = new Snapshot(curve, endedRuns.from(), endedRuns.factor(curve), Math.exp(logTail), best, error);
    }

    /** Whether any run was observed yet. */
    public boolean known() {
        return snapshot.known;
    }

    /** What a run of this size usually takes; never less for a larger one. 0 while nothing is known. */
    public long expectedNanos(long units) {
        return (long) snapshot.at(units);
    }

    /** What 95 of 100 runs of this size stay within. 0 while nothing is known. */
    public long likelyMaxNanos(long units) {
        Snapshot now = snapshot;
        return (long) (now.at(units) * now.tail);
    }

    /** The best throughput of one instance that the curve promises at any size. 0 while nothing is known. */
    public double unitsPerSecond() {
        return snapshot.unitsPerNano * 1e9;
    }

    /** The mean of |predicted - measured| / measured over about the last 20 runs, each predicted before it was seen. */
    public double meanAbsoluteError() {
        return snapshot.error;
    }

    /** The curve, one point for each size it is kept at. */
    public List<Point> curve() {
        Snapshot now = snapshot;
        List<Point> points = new ArrayList<>(measured.length);
        for (int knot = 0; knot < measured.length && Knots.units(knot) <= maxUnits; knot++) {
            points.add(measured[knot].point(Knots.units(knot), now));
        }
        return points;
    }

    private static long clamp(long units) {
        return Math.max(1, units);
    }

    /**
     * A size on the curve beside what was measured there.
     *
     * @param units the size: the mean of the runs counted here, or the knot's own while there is none
     * @param expectedNanos what the curve says for it
     * @param meanMeasuredNanos the mean of about the last 20 runs from this knot up to the next; 0 without any
     * @param runs how many there were
     */
    public record Point(long units, long expectedNanos, long meanMeasuredNanos, long runs) {}

    /** The runs between a knot and the next; written under the lock, and its fields may be read a moment apart. */
    private static final class Measured {
        private volatile long runs;
        private double units;
        private double nanos;

        void add(double newUnits, double newNanos) {
            long count = runs + 1;
            double gain = Math.max(1.0 / count, MEMORY);
            units += (newUnits - units) * gain;
            nanos += (newNanos - nanos) * gain;
            runs = count;
        }

        Point point(long knot, Snapshot now) {
            long count = runs;
            long size = count == 0 ? knot : Math.round(units);
            return new Point(size, (long) now.at(size), Math.round(nanos), count);
        }
    }

    /** What readers see. */
    private static final class Snapshot {
        private static final Snapshot UNKNOWN = new Snapshot(new double[2], Long.MAX_VALUE, 1, 1, 0, 0, false);

        private final double[] curve;
        private final long slowFrom;
        private final double slowFactor;
        private final double tail;
        private final double unitsPerNano;
        private final double error;
        private final boolean known;

        Snapshot(double[] curve, long slowFrom, double slowFactor, double tail, double unitsPerNano, double error) {
            this(curve, slowFrom, slowFactor, tail, unitsPerNano, error, true);
        }

        private Snapshot(
                double[] curve,
                long slowFrom,
                double slowFactor,
                double tail,
                double unitsPerNano,
                double error,
                boolean known) {
            this.curve = curve;
            this.slowFrom = slowFrom;
            this.slowFactor = slowFactor;
            this.tail = tail;
            this.unitsPerNano = unitsPerNano;
            this.error = error;
            this.known = known;
        }

        double at(long units) {
            double usual = CurveShape.interpolate(curve, clamp(units));
            return units < slowFrom ? usual : usual * slowFactor;
        }

        /** What nearly all runs of this size stay within, by those that came to their end. */
        double usualMax(long units) {
            return CurveShape.interpolate(curve, clamp(units)) * tail;
        }
    }
}
