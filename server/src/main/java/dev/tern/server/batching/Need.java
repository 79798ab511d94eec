package dev.tern.server.batching;

import java.util.Map;

/**
 * What must be free before an instance may run, all of it at once: so much of each resource.
 *
 * <p>A resource is a name that operators share out, such as {@code memory}; nothing real stands behind it.
 */
public record Need(Map<Resource, Integer> counts) {
    /** Runs whenever a runner is free. */
    public static final Need NOTHING = new Need(Map.of());

    /**
     * One resource.
     *
     * @param name case does not count
     * @param global whether all devices share it; otherwise it is the instance's own device that must have it
     */
    public record Resource(String name, boolean global) {}

    public Need {
        counts = Map.copyOf(counts);
    }

    boolean isNothing() {
        return counts.isEmpty();
    }

    /** Whether both want some of the same resource. */
    boolean competesWith(Need other) {
        for (Resource resource : counts.keySet()) {
            if (other.counts.containsKey(resource)) {
                return true;
            }
        }
        return false;
    }
}
