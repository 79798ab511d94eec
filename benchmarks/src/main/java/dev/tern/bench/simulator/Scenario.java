package dev.tern.bench.simulator;

/**
 * A machine and its traffic: all of a simulation but the policy and the load.
 *
 * @param curve what a run takes
 * @param noise sigma of the lognormal factor on it; its mean is 1
 * @param instances runs that may go on at once
 * @param maxBatchSize rows in one run at the most
 * @param maxPaddedUnits rows times padded length in one run at the most; 0 for any
 * @param arrivals how requests come
 * @param rows rows of a request
 * @param lengths length of its rows
 * @param padding which lengths may share a run
 * @param deadline how long callers wait
 * @param objectiveNanos what counts as good beside that; 0 for none
 * @param lowerShare the part of the requests that have priority level 2
 * @param requests requests of one simulation
 * @param warmUp so many of the first do not count
 * @param seed the same seed gives the same arrivals, whatever the policy
 */
public record Scenario(
        ExecutionCurve curve,
        double noise,
        int instances,
        int maxBatchSize,
        long maxPaddedUnits,
        ArrivalProcess arrivals,
        Spread rows,
        Spread lengths,
        Padding padding,
        Patience deadline,
        long objectiveNanos,
        double lowerShare,
        int requests,
        int warmUp,
        long seed) {

    /** Requests per second that all instances can do, in the batches that suit them best. */
    public double capacity() {
        return instances * curve.rowsPerSecond(maxBatchSize, lengths.mean()) / rows.mean();
    }

    int levels() {
        return lowerShare > 0 ? 2 : 1;
    }

    long maxUnits() {
        return maxPaddedUnits > 0 ? maxPaddedUnits : (long) maxBatchSize * lengths.most();
    }

    /** The same with another seed. */
    public Scenario withSeed(long other) {
        return new Scenario(
                curve,
                noise,
                instances,
                maxBatchSize,
                maxPaddedUnits,
                arrivals,
                rows,
                lengths,
                padding,
                deadline,
                objectiveNanos,
                lowerShare,
                requests,
                warmUp,
                other);
    }
}
