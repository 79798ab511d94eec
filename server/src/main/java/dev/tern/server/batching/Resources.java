package dev.tern.server.batching;

import dev.tern.server.batching.Need.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The resources that instances take while they run, counted as Triton counts them: where the operator gave no counts,
 * there is as much of each as the instance with the largest need wants; where he gave any, what he did not name is not
 * there at all.
 *
 * <p>An instance gets all it needs at once or nothing, so nobody holds a part while waiting for the rest. Guarded by the
 * lock of the {@link Runners} it was given to.
 */
public final class Resources {
    /** Of Triton's device numbers, the one that instances on the CPU have. */
    private static final int HOST_DEVICE = 0;

    private final List<Limit> limits;
    private final List<Need> registered = new ArrayList<>();
    private final Map<Resource, Integer> inUse = new HashMap<>();

    /**
     * What the operator says there is.
     *
     * @param device where; none for every device. It does not count for global resources
     */
    public record Limit(String name, int count, OptionalInt device) {}

    /** @param limits empty for as much as any one instance needs */
    public Resources(List<Limit> limits) {
        this.limits = List.copyOf(limits);
    }

    /** Makes {@code need} known before anything waits for it. */
    void register(Need need) throws UnmetNeedException {
        for (Map.Entry<Resource, Integer> each : need.counts().entrySet()) {
            Resource resource = each.getKey();
            if (!limits.isEmpty() && available(resource) < each.getValue()) {
                throw new UnmetNeedException("Resource count for \"" + resource.name() + "\" is limited to "
                        + available(resource) + " which will prevent scheduling of one or more model instances, the"
                        + " minimum required count is " + each.getValue());
            }
            Resource opposite = new Resource(resource.name(), !resource.global());
            if (anyNeeds(opposite) || need.counts().containsKey(opposite)) {
                throw new UnmetNeedException("Resource \"" + resource.name()
                        + "\" is present as both global and device-specific resource in the model configuration.");
            }
        }
        registered.add(need);
    }

    /** Undoes one {@link #register}; nothing may wait for it any more. */
    void unregister(Need need) {
        registered.remove(need);
    }

    boolean areFree(Need need) {
        for (Map.Entry<Resource, Integer> each : need.counts().entrySet()) {
            // Subtracted, as the sum of two counts may be too large for an int.
            if (available(each.getKey()) - inUse(each.getKey()) < each.getValue()) {
                return false;
            }
        }
        return true;
    }

    void take(Need need) {
        need.counts().forEach((resource, count) -> inUse.merge(resource, count, Resources::sum));
    }

    void giveBack(Need need) {
        need.counts().forEach((resource, count) -> inUse.merge(resource, -count, Resources::sum));
    }

    private static @Nullable Integer sum(Integer one, Integer other) {
        int sum = one + other;
        return sum == 0 ? null : sum;
    }

    private int inUse(Resource resource) {
        return inUse.getOrDefault(resource, 0);
    }

    private int available(Resource resource) {
        return limits.isEmpty() ? largestNeed(resource) : limit(resource);
    }

    private int largestNeed(Resource resource) {
        int largest = 0;
        for (Need need : registered) {
            largest = Math.max(largest, need.counts().getOrDefault(resource, 0));
        }
        return largest;
    }

    private int limit(Resource resource) {
        int largest = 0;
        for (Limit limit : limits) {
            boolean applies = resource.global() || limit.device().orElse(HOST_DEVICE) == HOST_DEVICE;
            if (applies && limit.name().equalsIgnoreCase(resource.name())) {
                largest = Math.max(largest, limit.count());
            }
        }
        return largest;
    }

    private boolean anyNeeds(Resource resource) {
        return registered.stream().anyMatch(need -> need.counts().containsKey(resource));
    }
}
