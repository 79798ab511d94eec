package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Callers.Population;
import dev.tern.server.batching.policy.Planner.Score;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a batch should wait for: how many rows, for how long, and how many at the most.
 *
 * <p>It predicts instead of reacting: the last arrivals are played again through a small model of this server with the
 * learned execution times, once for each candidate plan. Without a latency objective the plan with the least percentile
 * of latency wins, and waiting has to be clearly better than not waiting; with one, the plan that spends the least
 * execution time per row among those that hold it. That plans have the form "enough rows or old enough" is the control
 * limit of Deb and Serfozo, "Optimal control of batch service queues" (1973).
 *
 * <p>Threads: one at a time, under the queue's lock, but for {@link #evaluate}, the costly part, which may run on any
 * thread without the lock between {@link #prepare} and {@link #adopt}. A plan takes several turns of the three, each
 * when {@link #due}, so that no pause is long; {@link #replan} is all of them at once.
 */
public final class AdaptiveWindow {
    /** Arrivals kept, at least and at most: enough to fill every instance's largest run so many times. */
    private static final int LEAST_KEPT = 2048;

    private static final int MOST_KEPT = 16_384;
    private static final int KEPT_RUNS = 16;
    private static final int LEAST_ARRIVALS = 32;
    private static final long MILLISECOND = 1_000_000;
    private static final long HORIZON_NANOS = 5_000 * MILLISECOND;
    private static final long SHORT_INTERVAL_NANOS = 100 * MILLISECOND;
    private static final long STEP_INTERVAL_NANOS = 10 * MILLISECOND;
    private static final long INTERVAL_NANOS = 250 * MILLISECOND;
    private static final long LONG_INTERVAL_NANOS = 3_000 * MILLISECOND;
    /** A plan older than this says nothing about now. */
    private static final long STALE_NANOS = 4_000 * MILLISECOND;

    private static final double RATE_CHANGE = 1.5;
    private static final double TIMES_CHANGE = 1.1;
    private static final double UNITS_MEMORY = 0.01;

    private final ExecutionTimes times;
    private final int maxBatchSize;
    private final Arrivals arrivals;
    private final Callers callers = new Callers();
    private final Trace trace;
    private final Planner planner;
    private final Plan immediate;
    private double unitsPerRow = 1;
    private Population population = Population.OPEN;
    private boolean planned;
    private boolean evaluating;
    private boolean inRound;
    private boolean begun;
    private long steppedNanos;
    private boolean rateChanged;
    private long preparedTotal;
    private long preparedNanos;
    private double preparedRate;
    private long preparedFullRun;
    private double preparedUnitsPerRow = 1;
    private @Nullable Score found;
    private Plan current;
    private long predictedNanos;

    /**
     * @param maxBatchSize rows in one run at the most
     * @param instances how many runs may go on at once
     * @param times what runs take; learned elsewhere, read here
     */
    public AdaptiveWindow(AdaptiveSettings settings, int maxBatchSize, int instances, ExecutionTimes times) {
        this.times = times;
        this.maxBatchSize = maxBatchSize;
        int kept = kept(maxBatchSize, instances);
        this.arrivals = new Arrivals(kept);
        this.trace = new Trace(kept);
        this.planner = new Planner(settings, maxBatchSize, instances, times, kept);
        this.immediate = Candidates.immediate(maxBatchSize);
        this.current = immediate;
    }

    private static int kept(int maxBatchSize, int instances) {
        long wanted = Math.min(MOST_KEPT, (long) KEPT_RUNS * maxBatchSize * instances);
        return Math.max(LEAST_KEPT, Integer.highestOneBit((int) wanted));
    }

    /** A request of so many rows has come, each one unit of work. */
    public void arrived(int rows, long nanos) {
        arrived(rows, rows, nanos);
    }

    /** A request of so many rows has come; {@code units} is its work on the scale of {@link ExecutionTimes}. */
    public void arrived(int rows, long units, long nanos) {
        arrivals.add(rows, nanos);
        callers.arrived(nanos);
        double perRow = (double) units / Math.max(1, rows);
        unitsPerRow += (perRow - unitsPerRow) * (arrivals.total() == 1 ? 1 : UNITS_MEMORY);
    }

    /**
     * So many requests were answered at once: by a run, or refused after they had {@link #arrived}. Tells callers who
     * wait for answers from traffic that does not; whoever never calls this has all traffic taken for the latter.
     */
    public void answered(int requests, long nanos) {
        callers.answered(requests, nanos);
    }

    /** What to wait for now; no waiting while nothing is known, or when the last plan is long out of date. */
    public Plan plan(long nowNanos) {
        return planned && nowNanos - preparedNanos <= STALE_NANOS ? current : immediate;
    }

    /** Whether a new plan should be worked out: soon after a change, and from time to time. Cheap. */
    public boolean due(long nowNanos) {
        if (evaluating || !times.known()) {
            return false;
        }
        return inRound ? nowNanos - steppedNanos >= STEP_INTERVAL_NANOS : roundDue(nowNanos);
    }

    private boolean roundDue(long nowNanos) {
        long news = arrivals.total() - preparedTotal;
        if (!planned || news == 0) {
            return news >= LEAST_ARRIVALS;
        }
        long elapsed = nowNanos - preparedNanos;
        return elapsed >= LONG_INTERVAL_NANOS
                || (news >= LEAST_ARRIVALS
                        && ((elapsed >= INTERVAL_NANOS && !planner.settled())
                                || (elapsed >= SHORT_INTERVAL_NANOS && changed(nowNanos))));
    }

    private boolean changed(long nowNanos) {
        return Plan.isFar(preparedRate, arrivals.rowsPerSecond(nowNanos), RATE_CHANGE)
                || Plan.isFar((double) preparedFullRun, (double) fullRun(), TIMES_CHANGE);
    }

    private long fullRun() {
        return times.expectedNanos(Math.round(maxBatchSize * unitsPerRow));
    }

    /** Works out a new plan in one go: {@link #prepare}, {@link #evaluate} as often as it takes, {@link #adopt}. */
    public void replan(long nowNanos) {
        prepare(nowNanos);
        do {
            evaluate();
        } while (inRound);
        adopt();
    }

    /** Under the lock: sets aside what {@link #evaluate} needs. Not {@link #due} again until {@link #adopt}. */
    public void prepare(long nowNanos) {
        evaluating = true;
        steppedNanos = nowNanos;
        if (!inRound) {
            begin(nowNanos);
        }
    }

    private void begin(long nowNanos) {
        inRound = true;
        begun = false;
        planned = true;
        double rate = arrivals.rowsPerSecond(nowNanos);
        rateChanged = Plan.isFar(preparedRate, rate, RATE_CHANGE);
        preparedRate = rate;
        preparedFullRun = fullRun();
        preparedUnitsPerRow = unitsPerRow;
        preparedTotal = arrivals.total();
        preparedNanos = nowNanos;
        population = callers.take();
        arrivals.copyTo(trace, nowNanos - HORIZON_NANOS);
    }

    /** A part of the work, one candidate or a few; needs no lock, and must not run twice at a time. */
    public void evaluate() {
        if (trace.count < LEAST_ARRIVALS) {
            found = null;
            inRound = false;
            return;
        }
        if (!begun) {
            begun = true;
            if (rateChanged) {
                planner.doubt();
            }
            planner.begin(trace, population, preparedUnitsPerRow);
        }
        inRound = planner.step();
        if (!inRound) {
            found = planner.choose(current);
        }
    }

    /** Under the lock: a plan that is ready is followed from now on. */
    public void adopt() {
        evaluating = false;
        if (!inRound) {
            Score chosen = found;
            current = chosen == null ? immediate : chosen.plan();
            predictedNanos = chosen == null ? 0 : chosen.percentileNanos();
        }
    }

    /** What the last plan was based on, to be shown. */
    public Status status() {
        return new Status(current, predictedNanos, preparedRate, population.callers());
    }

    /**
     * A plan and its grounds.
     *
     * @param predictedNanos the percentile of latency it is expected to give; 0 while there was nothing to predict from
     * @param rowsPerSecond the arrival rate it was made for
     * @param callers how many callers were found to wait for answers before they send again; 0 for open traffic
     */
    public record Status(Plan plan, long predictedNanos, double rowsPerSecond, int callers) {}
}
