package dev.tern.bench.search;

import java.util.OptionalDouble;

/**
 * Which rate to try next, when a try only tells whether the rate was too high.
 *
 * <ol>
 *   <li>Bracket: the first rate is doubled until one is too high, or halved until one is not.
 *   <li>Bisect: between the highest good rate and the lowest bad one, the geometric mean is tried, until the two are as
 *       close as the precision asks.
 *   <li>Confirm: the highest good rate is tried once more. Where it is too high this time, the rate is lowered by the
 *       precision until one is good: what is reported has never been found bad since.
 * </ol>
 *
 * Not thread-safe.
 */
public final class RateSearch {
    private static final double STEP = 2;
    /** How far below the first rate the search goes before it gives up. */
    private static final double DEPTH = 128;

    private final double from;
    private final double to;
    private final double factor;
    private double good;
    private double bad = Double.POSITIVE_INFINITY;
    private double candidate;
    private boolean confirmed;

    /**
     * Makes a search.
     *
     * @param from the rate to begin with, more than 0
     * @param to the highest rate to try, at least {@code from}; infinite for any
     * @param precision how close the result is to be, as a part of it, more than 0
     */
    public RateSearch(double from, double to, double precision) {
        this.from = from;
        this.to = to;
        factor = 1 + precision;
    }

    /** The rate to try; empty when the search is over. */
    public OptionalDouble next() {
        if (confirmed) {
            return OptionalDouble.empty();
        }
        double rate = candidate > 0 ? candidate : proposal();
        return rate >= from / DEPTH ? OptionalDouble.of(rate) : OptionalDouble.empty();
    }

    /** Tells what became of the rate that {@link #next} gave. */
    public void tried(double rate, boolean met) {
        if (candidate > 0) {
            confirmed = met;
            candidate = met ? rate : rate / factor;
        } else if (met) {
            good = rate;
        } else {
            bad = rate;
        }
        if (candidate == 0 && good > 0 && (good >= to || bad / good <= factor)) {
            candidate = good;
        }
    }

    /** The highest rate that was met, and met again; empty where there is none yet. */
    public OptionalDouble result() {
        return confirmed ? OptionalDouble.of(candidate) : OptionalDouble.empty();
    }

    /** Whether bisecting is over and the next rate is to be the result. */
    public boolean isConfirming() {
        return candidate > 0 && !confirmed;
    }

    private double proposal() {
        if (good == 0) {
            return Double.isInfinite(bad) ? from : bad / STEP;
        }
        return Double.isInfinite(bad) ? Math.min(to, good * STEP) : Math.sqrt(good * bad);
    }
}
