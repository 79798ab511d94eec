package dev.tern.server.repository;

import java.util.function.IntSupplier;

/** Uses a version that has been loaded, before requests can reach it. */
public interface VersionWarmUp {
    /** Leaves it cold. */
    VersionWarmUp NONE = (served, others) -> {};

    /**
     * Blocks, on a loader thread, for several versions at once. Whatever it throws is logged, and the version becomes
     * ready all the same.
     *
     * @param others how many other versions are neither warm nor given up yet, at any moment
     */
    void warm(ServedVersion served, IntSupplier others);
}
