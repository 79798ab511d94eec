package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Callers.Population;
import java.util.Arrays;

/**
 * A batch server in a few arrays: what the last arrivals would have met under another plan.
 *
 * <p>First come, first served; a free instance takes a batch when enough rows wait or the oldest has waited long
 * enough. The second half of the trace is played before the whole of it and does not count, because otherwise every
 * trace would begin with an empty server, and a plan that cannot keep up would look like one that can. Callers in a
 * closed loop send their next request a while after each answer, so that waiting for them costs what it really costs;
 * they begin out of step, as immediate dispatch leaves them, because getting them into step is a merit of the plan.
 */
final class Replay {
    private static final Plan IMMEDIATE = new Plan(1, 0, Integer.MAX_VALUE);
    private static final double GOLDEN_RATIO = 0.6180339887498949;
    /** One run in so many takes as long as slow ones do. */
    private static final int SLOW_EVERY = 20;

    private final long[] freeAt;
    private final long[] at;
    private final int[] sizes;
    private final long[] latencies;
    private Population population = Population.OPEN;
    private int total;
    private int warmUp;
    private int known;
    private int tail;
    private int waiting;
    private boolean ranOut;
    private int measured;
    private long busyNanos;
    private long rowsDone;
    private long measuredFrom;
    private long end;
    private double latencySum;

    Replay(int instances, int capacity) {
        freeAt = new long[instances];
        at = new long[capacity + capacity / 2];
        sizes = new int[at.length];
        latencies = new long[capacity];
    }

    /**
     * Runs the trace through one plan.
     *
     * @param runNanos what a run takes, by rows
     * @param slow how many times longer a slow run takes
     */
    void run(Trace arrivals, Population callers, long[] runNanos, double slow, Plan plan) {
        start(arrivals, callers, runNanos[1]);
        int batches = 0;
        for (int head = 0; head < known; ) {
            int instance = firstFree();
            boolean untilHere = population.closed() && head < warmUp / 2;
            long free = Math.max(freeAt[instance], at[head]);
            long now = dispatchAt(at[head], free, untilHere ? IMMEDIATE : plan);
            if (ranOut && measured > 0) {
                // The trace ended while a batch was waiting for more: nobody knows what would have come.
                return;
            }
            int next = head + 1;
            int rows = sizes[head];
            while (next < tail && rows + sizes[next] <= plan.maxRows()) {
                rows += sizes[next++];
            }
            double factor = ++batches % SLOW_EVERY == 0 ? slow : 1;
            long took = (long) (runNanos[Math.min(rows, runNanos.length - 1)] * factor);
            freeAt[instance] = now + took;
            waiting -= rows;
            answer(head, next, took, now + took);
            head = next;
        }
    }

    private void start(Trace arrivals, Population callers, long spread) {
        population = callers;
        warmUp = arrivals.count / 2;
        total = warmUp + arrivals.count;
        copy(arrivals);
        if (callers.closed()) {
            known = Math.min(callers.callers(), total);
            for (int i = 0; i < known; i++) {
                at[i] = i * spread / known;
            }
        }
        Arrays.fill(freeAt, at[0]);
        tail = 0;
        waiting = 0;
        ranOut = false;
        measured = 0;
        busyNanos = 0;
        rowsDone = 0;
        latencySum = 0;
        measuredFrom = at[0];
        end = at[0];
    }

    private void copy(Trace arrivals) {
        int count = arrivals.count;
        long span = arrivals.nanos[count - 1] - arrivals.nanos[0];
        long round = span + span / count;
        for (int i = 0; i < total; i++) {
            int from = (i + count - warmUp) % count;
            at[i] = arrivals.nanos[from] - (i < warmUp ? round : 0);
            sizes[i] = arrivals.rows[from];
        }
        known = total;
    }

    /** When a batch goes whose oldest request came at {@code oldest} and whose instance is free from {@code now} on. */
    private long dispatchAt(long oldest, long now, Plan plan) {
        admit(now);
        long windowEnd = oldest + plan.windowNanos();
        long time = now;
        while (waiting < plan.rowsToWaitFor() && time < windowEnd) {
            ranOut = tail == total;
            time = tail == known ? windowEnd : Math.min(windowEnd, at[tail]);
            admit(time);
        }
        return time;
    }

    private void admit(long now) {
        while (tail < known && at[tail] <= now) {
            waiting += sizes[tail++];
        }
    }

    private int firstFree() {
        int first = 0;
        for (int i = 1; i < freeAt.length; i++) {
            first = freeAt[i] < freeAt[first] ? i : first;
        }
        return first;
    }

    private void answer(int from, int to, long took, long done) {
        end = Math.max(end, done);
        if (from < warmUp) {
            measuredFrom = end;
        } else {
            busyNanos += took;
        }
        for (int i = Math.max(from, warmUp); i < to; i++) {
            long latency = done - at[i];
            latencies[measured++] = latency;
            latencySum += latency;
            rowsDone += sizes[i];
        }
        if (population.closed()) {
            for (int i = from; i < to && known < total; i++) {
                sendAgain(done + think());
            }
        }
    }

    /** From half the mean to one and a half of it, spread evenly by the golden ratio: no two replays differ in it. */
    private long think() {
        double part = known * GOLDEN_RATIO % 1;
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
        return (population.closed() ? (double) (end - measuredFrom) : (double) busyNanos) / rowsDone;
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
