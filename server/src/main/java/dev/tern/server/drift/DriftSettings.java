package dev.tern.server.drift;

/**
 * How a version is watched.
 *
 * @param sample the share of the requests that are looked at: above 0, at most 1
 * @param referenceRows rows that all later ones are compared with: the first ones
 * @param windowRows rows that are compared at a time
 * @param falseAlarmRate how likely one window of all features may speak for drift where there is none: above 0, below 1
 * @param ksThreshold numbers have drifted only if the Kolmogorov-Smirnov distance is at least this: 0 to 1
 * @param psiThreshold categories only if the population stability index is: 0 or more
 */
public record DriftSettings(
        double sample,
        int referenceRows,
        int windowRows,
        double falseAlarmRate,
        double ksThreshold,
        double psiThreshold) {
    /** What holds where a model says no more than that it is to be watched. */
    public static DriftSettings defaults() {
        return new DriftSettings(0.1, 5_000, 400, 1e-6, 0.1, 0.2);
    }
}
