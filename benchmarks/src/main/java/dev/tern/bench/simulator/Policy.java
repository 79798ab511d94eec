package dev.tern.bench.simulator;

/** A batching policy that can be simulated. */
interface Policy {
    /** As it is typed. */
    String name();

    /** A queue of its own for one simulation. */
    SimulatedQueue queue(Scenario scenario);
}
