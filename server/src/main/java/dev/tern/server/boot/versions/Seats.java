package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelRateLimiter;
import dev.tern.server.batching.Need;
import dev.tern.server.batching.Need.Resource;
import dev.tern.server.batching.Runners;
import dev.tern.server.batching.Seat;
import dev.tern.server.batching.UnmetNeedException;
import dev.tern.server.repository.VersionLoadException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Seats among the runners for instance groups, by their rate limiters where those count. */
public final class Seats {
    private final Runners runners;
    private final boolean rateLimited;

    /** @param rateLimited whether rate limiters count */
    public Seats(Runners runners, boolean rateLimited) {
        this.runners = runners;
        this.rateLimited = rateLimited;
    }

    /** What of a group's rate limiter is in force: groups that agree in it take turns together. */
    ModelRateLimiter inForce(ModelRateLimiter given) {
        return rateLimited
                ? given.toBuilder()
                        .setPriority(Math.max(1, given.getPriority()))
                        .build()
                : ModelRateLimiter.getDefaultInstance();
    }

    /** @param limiter as {@link #inForce} gave it */
    Seat take(ModelRateLimiter limiter) throws VersionLoadException {
        Map<Resource, Integer> counts = new HashMap<>();
        for (ModelRateLimiter.Resource each : limiter.getResourcesList()) {
            if (each.getCount() > 0) {
                counts.put(new Resource(each.getName().toLowerCase(Locale.ROOT), each.getGlobal()), each.getCount());
            }
        }
        try {
            return runners.seat(Math.max(1, limiter.getPriority()), new Need(counts));
        } catch (UnmetNeedException e) {
            throw new VersionLoadException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether a rate limiter is configured for nothing. */
    boolean ignores(ModelRateLimiter given) {
        return !rateLimited && !given.equals(ModelRateLimiter.getDefaultInstance());
    }
}
