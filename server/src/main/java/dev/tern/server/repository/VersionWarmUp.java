package dev.tern.server.repository;

/** Uses a version that has been loaded, before requests can reach it. */
public interface VersionWarmUp {
    /** Leaves it cold. */
    VersionWarmUp NONE = (served, waiting) -> {};

    /**
     * Blocks, on a loader thread, for several versions at once. Whatever it throws is logged, and the version becomes
     * ready all the same.
     *
     * @param waiting how many other versions have not come this far yet
     */
    void warm(ServedVersion served, int waiting);
}
