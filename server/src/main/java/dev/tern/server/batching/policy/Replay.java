package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.AdaptiveWindow.Plan;
import dev.tern.server.batching.policy.Callers.Population;
import java.util.Arrays;

/**
 * A batch server in a few arrays: what the last arrivals would have met under another plan.
 *
 * <p>First come, first served; a free instance takes a batch when enough rows wait or the oldest has waited long
 * enough. Callers in a closed loop send their next request a while after each answer, so that waiting for them costs
 * what it really costs. The first answers do not count: they meet an empty server.
 */
final class Replay {
    private static final int WARM_UP_PART = 16;
    /** One run in so many takes as long as slow ones do. */
    private static final int SLOW_EVERY = 20;

    private final long[] freeAt;
    private final long[] at;
    private final long[] latencies;
    private Trace trace;
    private Population population = Population.OPEN;
    private int known;
    private int tail;
    private int waiting;
    private int measured;
    private long busyNanos;
    private long rowsDone;
    private long end;
    private double latencySum;

    Replay(int instances, int capacity) {
        freeAt = new long[instances];
        at = new long[capacity];
        latencies = new long[capacity];
        trace = new Trace(0);
    }

    /**
     * Runs the trace through one plan.
     *
     * @param runNanos what a run takes, by rows
     * @param slow how many times longer a slow run takes
     */
    void run(Trace arrivals, Population callers, long[] runNanos, double slow, Plan plan) {
        start(arrivals, callers, runNanos[runNanos.length - 1]);
        int batches = 0;
        for (int head = 0; head < known; ) {
            int instance = firstFree();
            long now = dispatchAt(at[head], Math.max(freeAt[instance], at[head]), plan);
            int next = head + 1;
            int rows = trace.rows[head];
            while (next < tail && rows + trace.rows[next] <= plan.maxRows()) {
                rows += trace.rows[next++];
            }
            double factor = ++batches % SLOW_EVERY == 0 ? slow : 1;
            long took = (long) (runNanos[Math.min(rows, runNanos.length - 1)] * factor);
            freeAt[instance] = now + took;
            waiting -= rows;
            busyNanos += took;
            rowsDone += rows;
            answer(head, next, now + took);
            head = next;
        }
    }

    private void start(Trace arrivals, Population callers, long spread) {
        trace = arrivals;
        population = callers;
        long first = arrivals.nanos[0];
        Arrays.fill(freeAt, first);
        known = callers.closed() ? Math.min(callers.callers(), arrivals.count) : arrivals.count;
        for (int i = 0; i < known; i++) {
            // Callers begin out of step: falling into step is what a plan may achieve, not where it starts.
            at[i] = callers.closed() ? first + i * spread / known : arrivals.nanos[i];
        }
        tail = 0;
        waiting = 0;
        measured = 0;
        busyNanos = 0;
        rowsDone = 0;
        latencySum = 0;
        end = first;
    }

    /** When a batch goes whose oldest request came at {@code oldest} and whose instance is free from {@code now} on. */
    private long dispatchAt(long oldest, long now, Plan plan) {
        admit(now);
        long windowEnd = oldest + plan.windowNanos();
        long time = now;
        while (waiting < plan.rowsToWaitFor() && time < windowEnd) {
            time = tail == known ? windowEnd : Math.min(windowEnd, at[tail]);
            admit(time);
        }
        return time;
    }

    private void admit(long now) {
        while (tail < known && at[tail] <= now) {
            waiting += trace.rows[tail++];
        }
    }

    private int firstFree() {
        int first = 0;
        for (int i = 1; i < freeAt.length; i++) {
            first = freeAt[i] < freeAt[first] ? i : first;
        }
        return first;
    }

    private void answer(int from, int to, long done) {
        end = Math.max(end, done);
        int first = Math.max(from, trace.count / WARM_UP_PART);
        for (int i = first; i < to; i++) {
            long latency = done - at[i];
            latencies[measured++] = latency;
            latencySum += latency;
        }
        if (population.closed()) {
            for (int i = from; i < to && known < trace.count; i++) {
                sendAgain(done + think());
            }
        }
    }

    /** From half the mean to one and a half of it, spread evenly by the golden ratio: no two replays differ in it. */
    private long think() {
        double part = known * 0.6180339887498949 % 1;
        return 1 + (long) (population.thinkNanos() * (0.5 + part));
    }

    /** Puts an arrival among those that are known and have not come yet, in order. */
    private void sendAgain(long nanos) {
        int i = known++;
        while (i > tail && at[i - 1] > nanos) {
            at[i] = at[i - 1];
            i--;
        }
        at[i] = nanos;
    }

    /** Execution time per row; with callers in a closed loop the whole time per row, which is what limits them. */
    double nanosPerRow() {
        return (population.closed() ? (double) (end - at[0]) : (double) busyNanos) / rowsDone;
    }

    double meanNanos() {
        return latencySum / measured;
    }

    /** The percentile of the latencies of the last run. */
    long percentileNanos(double percentile) {
        int rank = (int) Math.ceil(percentile / 100 * measured) - 1;
        return Selection.select(latencies, measured, Math.max(0, rank));
    }
}
