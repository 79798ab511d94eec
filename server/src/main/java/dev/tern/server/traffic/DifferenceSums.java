package dev.tern.server.traffic;

import dev.tern.server.traffic.ShadowState.Differences;

/** Adds up differences of answers. One thread at a time. */
final class DifferenceSums {
    private long count;
    private double meanAbsolute;
    private double maxAbsolute;
    private long ranked;
    private double rankCorrelation;
    private double leastRankCorrelation = Double.NaN;

    void add(double mean, double max, double rank) {
        count++;
        meanAbsolute += mean;
        maxAbsolute = Math.max(maxAbsolute, max);
        if (!Double.isNaN(rank)) {
            leastRankCorrelation = ranked == 0 ? rank : Math.min(leastRankCorrelation, rank);
            ranked++;
            rankCorrelation += rank;
        }
    }

    Differences differences() {
        return new Differences(
                meanAbsolute / Math.max(1, count),
                maxAbsolute,
                ranked,
                ranked == 0 ? Double.NaN : rankCorrelation / ranked,
                leastRankCorrelation);
    }
}
