package dev.tern.bench.figures;

import java.util.List;

/** The scenarios that there are. */
public final class Scenarios {
    /** All of them, in the order of the table. */
    public static final List<Scenario> ALL = List.of(
            new Throughput(), new MeanLatency(), new AdaptiveWindow(), new Priorities(), new Overload(), new Lengths());

    private Scenarios() {}
}
