package dev.tern.server.cache.local;

import dev.tern.server.cache.CacheScope;
import dev.tern.server.predict.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory that this process has for kept answers. Models that have a share of it have that much to themselves, used or
 * not; all others have what is left together. Any thread.
 */
public final class LocalCaches {
    private static final double ROUNDING = 1e-9;
    private static final double SHOWN_STEPS = 1e6;

    private final long maxBytes;
    private final Clock clock;
    private final Pool common;
    private final Map<String, ModelPart> parts = new HashMap<>();
    /** By model, what its open versions ask for, in the order in which they were opened. */
    private final Map<String, List<Double>> asked = new HashMap<>();

    /** @param maxBytes for all answers together; 0 keeps none */
    public LocalCaches(long maxBytes, Clock clock) {
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.common = new Pool(maxBytes, clock);
    }

    /** The bytes that there are for all models together. */
    public long maxBytes() {
        return maxBytes;
    }

    /**
     * What a loaded version of {@code model} may give out and keep; closed with it. Versions of one model share what is
     * kept as far as their scopes are equal.
     *
     * @param share of the memory for this model alone, more than 0 and at most 1; 0 for none. That of the version opened
     *     last counts, of those that are open; what others have taken meanwhile is not given back
     * @param ttlNanos how long an answer is kept; {@link Long#MAX_VALUE} for as long as there is room
     * @param observer of all versions of the model, until the last is closed: that of the first
     * @throws ShareException if the others' shares leave less than that
     */
    public synchronized LocalCache open(
            String model, CacheScope scope, double share, long ttlNanos, LocalObserver observer) throws ShareException {
        requireLeft(model, share);
        ModelPart part = parts.computeIfAbsent(model, name -> new ModelPart(observer, common));
        part.opened(scope);
        asked.computeIfAbsent(model, name -> new ArrayList<>()).add(share);
        give(part, share);
        return new LocalCache(part, scope, ttlNanos, () -> close(model, part, scope, share));
    }

    /** What other models have no share of. */
    private double left(String model) {
        double left = 1;
        for (Map.Entry<String, ModelPart> each : parts.entrySet()) {
            left -= each.getKey().equals(model) ? 0 : each.getValue().share();
        }
        return left;
    }

    private void requireLeft(String model, double share) throws ShareException {
        double left = left(model);
        // Shares are written in decimal: 0.7 and 0.3 are meant to be 1.
        if (share > left + ROUNDING) {
            double shown = Math.max(0, Math.rint(left * SHOWN_STEPS) / SHOWN_STEPS);
            throw new ShareException("must be at most " + shown + ", which is what other models leave of the cache");
        }
    }

    private void give(ModelPart part, double share) {
        long bytes = (long) (share * maxBytes);
        if (share == 0) {
            part.moveTo(common, 0);
        } else if (part.pool() == common) {
            part.moveTo(new Pool(bytes, clock), share);
        } else {
            part.moveTo(part.pool(), share);
            part.pool().maxBytes(bytes);
        }
        resizeCommon();
    }

    private void resizeCommon() {
        long given = parts.values().stream()
                .mapToLong(each -> (long) (each.share() * maxBytes))
                .sum();
        common.maxBytes(Math.max(0, maxBytes - given));
    }

    private synchronized void close(String model, ModelPart part, CacheScope scope, double share) {
        List<Double> shares = asked.getOrDefault(model, new ArrayList<>());
        shares.remove(Double.valueOf(share));
        if (part.closed(scope)) {
            parts.remove(model);
            asked.remove(model);
            resizeCommon();
        } else {
            // The closed one may be a version that took the part over and then did not come to be served.
            double last = shares.get(shares.size() - 1);
            give(part, Math.max(0, Math.min(last, left(model))));
        }
    }
}
