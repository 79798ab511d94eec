package dev.tern.server.batching;

import dev.tern.server.engine.Instance;
import java.util.List;

/**
 * Instances of a model version that run by the same rules.
 *
 * @param instances what may run at the same time
 * @param seat where they get their turns from
 */
public record InstanceGroup(List<Instance> instances, Seat seat) {
    public InstanceGroup {
        instances = List.copyOf(instances);
    }

    /** Closes instances and seat, for who made them and did not come to hand them over. */
    public void close() {
        seat.close();
        instances.forEach(Instance::close);
    }
}
