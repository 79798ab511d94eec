package dev.tern.server.boot;

import dev.tern.server.batching.policy.Dropped;
import dev.tern.server.batching.policy.Refusal;
import dev.tern.server.predict.Failure;
import dev.tern.server.rpc.RequestObserver;
import dev.tern.server.telemetry.Outcomes;
import dev.tern.server.telemetry.Telemetry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The meters of all versions that are loaded; finds a request's by model and version. */
final class Meters implements RequestObserver {
    /** What requests can come to. */
    static final Outcomes OUTCOMES = new Outcomes(Failure.Kind.class, Refusal.Reason.class, Dropped.Reason.class);

    private record Key(String model, long version) {}

    private final Telemetry telemetry;
    private final Map<Key, VersionMeters> versions = new ConcurrentHashMap<>();

    Meters(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    /** Opens the meters of a version that is being loaded. */
    VersionMeters open(String model, long version) {
        Key key = new Key(model, version);
        VersionMeters opened = new VersionMeters(
                telemetry.recorder(model, Long.toString(version)), closed -> versions.remove(key, closed));
        versions.put(key, opened);
        return opened;
    }

    @Override
    public void answered(String model, long version, Failure.@Nullable Kind failure, long nanos) {
        VersionMeters meters = versions.get(new Key(model, version));
        if (meters != null) {
            meters.answered(failure, nanos);
        } else if (failure != null && model.isEmpty()) {
            telemetry.unresolvedRequest(failure);
        }
    }

    /** Whether what happens to a version is counted. */
    void count(String model, long version, boolean counted) {
        VersionMeters meters = versions.get(new Key(model, version));
        if (meters != null) {
            meters.count(counted);
        }
    }

    void ready(String model, long version, boolean ready) {
        VersionMeters meters = versions.get(new Key(model, version));
        if (meters != null) {
            meters.ready(ready);
        }
    }
}
