package dev.tern.server.predict;

import java.util.List;
import java.util.Optional;

/**
 * How a version's requests are scheduled at this moment, and what was learned of its runs: for operators.
 *
 * @param queued requests that wait
 * @param objectiveNanos latency that requests are to be answered in; 0 for none
 * @param curve what runs take by their work, the smallest first
 * @param meanError the mean of |predicted - measured| / measured of about the last 20 runs, each predicted before it ran
 * @param unitsPerSecond the most work that one instance gets done by the curve; 0 while nothing is known
 * @param adaptive what the adaptive mode does; empty where windows are fixed
 */
public record SchedulingState(
        int queued,
        long objectiveNanos,
        List<RunTime> curve,
        double meanError,
        double unitsPerSecond,
        Optional<Adaptive> adaptive) {
    public SchedulingState {
        curve = List.copyOf(curve);
    }

    /** Of a version whose requests never wait. */
    public static SchedulingState none() {
        return new SchedulingState(0, 0, List.of(), 0, 0, Optional.empty());
    }

    /** The same where so many requests wait. */
    public SchedulingState withQueued(int requests) {
        return new SchedulingState(requests, objectiveNanos, curve, meanError, unitsPerSecond, adaptive);
    }

    /**
     * What runs of one size take.
     *
     * @param units rows, or, where requests differ in length, rows times length
     * @param expectedNanos what the curve says
     * @param meanMeasuredNanos the mean of about the last 20 runs of about this size; 0 without any
     * @param runs how many there were
     */
    public record RunTime(long units, long expectedNanos, long meanMeasuredNanos, long runs) {}

    /**
     * The plan in force.
     *
     * @param percentile of latency that it is made for
     * @param rowsToWaitFor a batch goes as soon as so many rows wait
     * @param windowNanos or as soon as its oldest request has waited so long
     * @param maxRows rows in one run at the most
     * @param predictedNanos the percentile of latency that it was expected to give; 0 if there was too little to go by
     * @param rowsPerSecond the arrival rate it was made for
     * @param callers how many were found to send again after an answer only; 0 where requests come by themselves
     */
    public record Adaptive(
            double percentile,
            int rowsToWaitFor,
            long windowNanos,
            int maxRows,
            long predictedNanos,
            double rowsPerSecond,
            int callers) {}
}
