package dev.tern.server.batching.policy;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Who may enter a queue. A request is turned away at once, before it costs anything, when its level's queue is full,
 * when it could not be answered by its deadline even if it ran now, and when by what waits ahead of it it would be
 * answered too late: after its deadline, or after the model's latency objective. Those that are let in are answered in
 * time, so that under overload the work done stays useful work.
 *
 * <p>The wait is predicted from the learned execution times: full batches of what waits ahead, shared by the instances,
 * and between two of them as much time as lately passed there besides (other models' turns, a busy processor). Against
 * a latency objective it counts with an {@link ObjectiveMargin}, learned from what became of those who were let in.
 *
 * <p>Any thread may ask; {@link #completed} and {@link #answered} belong under the queue's lock.
 */
public final class Admission {
    /** Of the time that there is, so much may be planned; the rest is for what the prediction does not know. */
    static final double PLANNED = 0.9;

    /** How fast the means follow: they stand for about the last 20 batches of each instance. */
    private static final double GAIN = 0.05;

    /** A pause that is no run's doing counts as so many times what the time between two batches usually is. */
    private static final double LONGEST = 8;

    /** Standard deviations from the mean to the 95th percentile, and to the 99th, which is what is planned with. */
    private static final double TO_P95 = 1.645;

    private static final double TO_P99 = 2.33;

    private final SchedulerSettings settings;
    private final ExecutionTimes times;
    private final AtomicIntegerArray requests;
    private final AtomicLongArray units;
    private final double gain;
    private final ObjectiveMargin margin;

    /** A run's share of the time until the next one ends: one of the instances. */
    private final double share;

    /** Means, of the runs that ended while more waited: the time from the end before, and what of it was no run's. */
    private double betweenNanos;

    private double besidesNanos;

    /** By level: what a run takes along while more waits than goes at once, on average; 0 until then. */
    private final AtomicLongArray fullWork;

    private final long[] fullRuns;
    private long lastNanos;
    private boolean backlogged;
    private volatile Pace pace;

    /** @param instances how many runs may go on at once */
    public Admission(SchedulerSettings settings, ExecutionTimes times, int instances) {
        this.settings = settings;
        this.times = times;
        this.requests = new AtomicIntegerArray(settings.levels().size());
        this.units = new AtomicLongArray(settings.levels().size());
        this.gain = GAIN / Math.max(1, instances);
        this.margin = new ObjectiveMargin(settings, PLANNED);
        this.share = 1.0 / Math.max(1, instances);
        this.fullWork = new AtomicLongArray(settings.levels().size());
        this.fullRuns = new long[settings.levels().size()];
        this.pace = new Pace(0, 0, 0);
    }

    /** What passes between two batches besides runs; and when the last run ended, of how much work, 0 before. */
    private record Pace(double besidesNanos, long sinceNanos, long work) {}

    /**
     * Lets a request in, and counts it, or says why not.
     *
     * @param work what it brings: rows times its own length
     * @param deadlineNanos {@link Waiting#NO_DEADLINE} for none
     * @return null if it was let in; it has to {@link #left leave} once
     */
    public @Nullable Refusal enter(int level, long work, long deadlineNanos, long nowNanos) {
        Refusal refusal = check(level, work, deadlineNanos, nowNanos);
        if (refusal == null && !count(level, work)) {
            refusal = full(level, nowNanos);
        }
        return refusal;
    }

    private boolean count(int level, long work) {
        int bound = settings.policy(level).maxQueueSize();
        if (requests.incrementAndGet(level - 1) > bound && bound > 0) {
            requests.decrementAndGet(level - 1);
            return false;
        }
        units.addAndGet(level - 1, work);
        return true;
    }

    private @Nullable Refusal check(int level, long work, long deadlineNanos, long nowNanos) {
        if (!times.trust().holds(nowNanos)) {
            return null;
        }
        Refusal refusal = late(level, work, deadlineNanos, nowNanos);
        if (refusal != null) {
            times.trust().used(nowNanos);
        }
        return refusal;
    }

    private @Nullable Refusal late(int level, long work, long deadlineNanos, long nowNanos) {
        long left = deadlineNanos == Waiting.NO_DEADLINE ? Long.MAX_VALUE : deadlineNanos - nowNanos;
        if (times.expectedNanos(work) > left) {
            return new Refusal(Refusal.Reason.DEADLINE_TOO_CLOSE, 0);
        }
        long ahead = unitsAhead(level);
        if (ahead == 0 || (left == Long.MAX_VALUE && settings.objectiveNanos() == 0)) {
            return null;
        }
        long batch = fullBatch(level);
        Pace now = pace;
        double latency = runningNanos(now, nowNanos) + latencyNanos(ahead, work, batch, now);
        double planned = PLANNED * allowedNanos(left, ahead + work <= batch);
        return latency <= planned ? null : new Refusal(Refusal.Reason.TOO_MUCH_AHEAD, (long) (latency - planned));
    }

    /**
     * What may be predicted for a request.
     *
     * @param left until its deadline
     * @param next whether the next run may take it along: runs are to be full, whatever the margin
     */
    private double allowedNanos(long left, boolean next) {
        long objective = settings.objectiveNanos();
        return objective == 0 ? (double) left : Math.min((double) left, objective / (next ? 1 : margin.factor()));
    }

    /** What waits ahead of a new request of {@code level}: its own level and those above. */
    private long unitsAhead(int level) {
        long ahead = 0;
        for (int i = 0; i < level; i++) {
            ahead += units.get(i);
        }
        return ahead;
    }

    /** Until the next run ends, if it is like the last one. */
    private double runningNanos(Pace now, long nowNanos) {
        return now.work == 0 ? 0 : Math.max(0, now.sinceNanos - nowNanos + between(now.work, now.besidesNanos));
    }

    /**
     * What 99 of 100 requests behind {@code ahead} stay within once the next run has ended: the runs before it, its own
     * with those that join it meanwhile, and how far the sum of these and the one under way may be off.
     */
    private double latencyNanos(long ahead, long work, long batch, Pace now) {
        long full = ahead / batch;
        long last = full > 0 ? Math.max(work, batch) : Math.max(work, Math.min(batch, ahead + work));
        double between = between(batch, now.besidesNanos);
        // Where more instances than slots take turns, besides is their turns, which are over when the run begins.
        double run = Math.max((double) times.expectedNanos(last), between(last, now.besidesNanos));
        double underWay = now.work == 0 ? 0 : between(now.work, now.besidesNanos);
        double deviation = spread(batch) * Math.sqrt(run * run + underWay * underWay + full * between * between);
        return full * between + run + TO_P99 * deviation;
    }

    /** From the end of one run to that of the next, if that is of {@code work}. */
    private double between(long work, double besides) {
        return share * times.expectedNanos(work) + besides;
    }

    /** The standard deviation of what a run takes, as a part of it. */
    private double spread(long work) {
        double usual = Math.max(1, times.expectedNanos(work));
        return Math.log(Math.max(1, times.likelyMaxNanos(work) / usual)) / TO_P95;
    }

    /** What goes at once while more waits, as the last such runs of {@code level} had it. */
    private long fullBatch(int level) {
        long learned = fullWork.get(level - 1);
        if (learned > 0) {
            return learned;
        }
        if (!settings.dynamic()) {
            return 1;
        }
        return settings.maxPaddedUnits() > 0 ? settings.maxPaddedUnits() : settings.maxBatchSize();
    }

    private Refusal full(int level, long nowNanos) {
        double wait = times.trust().holds(nowNanos)
                ? between(Math.min(fullBatch(level), unitsAhead(level)), pace.besidesNanos)
                : 0;
        return new Refusal(Refusal.Reason.QUEUE_FULL, (long) wait);
    }

    /** A request that was let in waits no more. */
    public void left(int level, long work) {
        requests.decrementAndGet(level - 1);
        units.addAndGet(level - 1, -work);
    }

    /** Requests that wait at {@code level}, from 1. */
    public int queued(int level) {
        return requests.get(level - 1);
    }

    /** Requests that wait. */
    public int queued() {
        int sum = 0;
        for (int i = 0; i < requests.length(); i++) {
            sum += requests.get(i);
        }
        return sum;
    }

    /**
     * A run of {@code work} has ended and was learned.
     *
     * @param nanos what it took
     * @param crowdedLevel the level of which it could not take all that waited; 0 if it could
     * @param more whether requests wait that could have run meanwhile
     */
    public void completed(long work, long nanos, int crowdedLevel, boolean more, long nowNanos) {
        if (backlogged && nanos > 0) {
            follow((double) nanos, (double) (nowNanos - lastNanos));
        }
        if (crowdedLevel > 0) {
            learnFull(crowdedLevel, work);
        }
        next(work, more, nowNanos);
    }

    /** By what runs took, not by what was expected of them: what was learned wrongly would count twice else. */
    private void follow(double took, double between) {
        double usual = Math.max(share * took, betweenNanos);
        double counted = Math.min(between, LONGEST * usual);
        betweenNanos += gain * (counted - betweenNanos);
        besidesNanos += gain * (counted - share * took - besidesNanos);
    }

    /**
     * The requests of a run have their answers.
     *
     * @param crowded whether it could not take all that waited
     */
    public void answered(List<? extends Waiting> requests, boolean crowded, long nowNanos) {
        margin.answered(requests, crowded, nowNanos);
    }

    private void learnFull(int level, long work) {
        long known = fullWork.get(level - 1);
        double weight = Math.max(gain, 1.0 / ++fullRuns[level - 1]);
        fullWork.set(level - 1, Math.max(1, Math.round(known + weight * (work - known))));
    }

    /** As {@link #completed}, for a run that was not done and says nothing of how long one takes. */
    public void interrupted(boolean more, long nowNanos) {
        next(pace.work, more, nowNanos);
    }

    /** An instance that is free waits for more requests: when the next run ends says nothing of how long runs take. */
    public void waiting() {
        backlogged = false;
    }

    private void next(long work, boolean more, long nowNanos) {
        backlogged = more;
        lastNanos = nowNanos;
        pace = new Pace(Math.max(0, besidesNanos), nowNanos, work);
    }
}
