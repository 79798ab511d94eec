package dev.tern.server.boot.meters;

import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.cache.local.Evicted;
import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.rpc.RequestObserver;
import dev.tern.server.statistics.VersionCounts;
import dev.tern.server.telemetry.Outcomes;
import dev.tern.server.telemetry.Telemetry;
import dev.tern.server.traffic.ShadowObserver;
import dev.tern.server.traffic.ShadowOutcome;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The meters of all versions that are loaded; finds a request's by model and version. */
public final class Meters implements RequestObserver {
    /** What requests can come to. */
    public static final Outcomes OUTCOMES =
            new Outcomes(Failure.Kind.class, Refusal.Reason.class, Dropped.Reason.class, Evicted.class);

    private final Telemetry telemetry;

    /** By model, then by version: no key has to be made for a request. */
    private final Map<String, Map<Long, VersionMeters>> versions = new ConcurrentHashMap<>();

    /** All that are open, in the order in which they were opened; guarded by itself. */
    private final List<Open> open = new ArrayList<>();

    private record Open(String model, long version, VersionMeters meters) {
        boolean isOf(String other, long number) {
            return version == number && model.equals(other);
        }
    }

    /** @param telemetry where all of it is counted */
    public Meters(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    /** Opens the meters of a version that is being loaded. */
    public VersionMeters open(String model, long version, Clock clock) {
        return open(model, version, new VersionCounts(clock, InstantSource.system()));
    }

    /** As {@link #open(String, long, Clock)}, of a version that takes the place of {@code before} and goes on with its statistics. */
    public VersionMeters openLike(VersionMeters before, String model, long version) {
        return open(model, version, before.counts());
    }

    private VersionMeters open(String model, long version, VersionCounts counts) {
        Map<Long, VersionMeters> ofModel = versions.computeIfAbsent(model, name -> new ConcurrentHashMap<>());
        VersionMeters opened = new VersionMeters(
                telemetry.recorder(model, Long.toString(version)), counts, closed -> closed(model, version, closed));
        synchronized (open) {
            open.add(new Open(model, version, opened));
            ofModel.put(version, opened);
        }
        return opened;
    }

    /** Where another of the same number is open, as when what was to replace it failed, requests are its own again. */
    private void closed(String model, long version, VersionMeters closed) {
        synchronized (open) {
            open.removeIf(each -> each.meters() == closed);
            Map<Long, VersionMeters> ofModel = versions.getOrDefault(model, Map.of());
            ofModel.remove(version, closed);
            open.stream()
                    .filter(each -> each.isOf(model, version))
                    .forEach(each -> ofModel.put(version, each.meters()));
        }
    }

    /** Opens the meters of the response cache of a version that is being loaded. */
    public CacheVersionMeters openCache(String model, long version) {
        return new CacheVersionMeters(
                telemetry.cacheRecorder(model, Long.toString(version)), telemetry.cacheSpaceRecorder(model));
    }

    /** Opens the meters of the drift monitor of a version that is being loaded, with the names of what it monitors. */
    public DriftVersionMeters openDrift(String model, long version, List<String> features) {
        return new DriftVersionMeters(model, version, telemetry.driftRecorder(model, Long.toString(version), features));
    }

    private @Nullable VersionMeters find(String model, long version) {
        Map<Long, VersionMeters> ofModel = versions.get(model);
        return ofModel == null ? null : ofModel.get(version);
    }

    /** Opens the meters of a candidate that gets copies. */
    public ShadowObserver openShadow(String model, long candidate) {
        return new ShadowVersionMeters(telemetry.shadowRecorder(model, Long.toString(candidate), ShadowOutcome.class));
    }

    @Override
    public void answered(String model, long version, Failure.@Nullable Kind failure, long nanos) {
        VersionMeters meters = find(model, version);
        if (meters != null) {
            meters.answered(failure, nanos);
        } else if (failure != null && model.isEmpty()) {
            telemetry.unresolvedRequest(failure);
        }
    }

    /** Whether what happens to a version is counted. */
    public void count(String model, long version, boolean counted) {
        VersionMeters meters = find(model, version);
        if (meters != null) {
            meters.count(counted);
        }
    }

    /** Whether a version is ready, as its meter shows it. */
    public void ready(String model, long version, boolean ready) {
        VersionMeters meters = find(model, version);
        if (meters != null) {
            meters.ready(ready);
        }
    }
}
