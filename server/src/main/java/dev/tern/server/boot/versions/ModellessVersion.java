package dev.tern.server.boot.versions;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.boot.meters.VersionMeters;
import dev.tern.server.ensemble.RunObserver;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.RunTimes;
import dev.tern.server.predict.SchedulingState;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.repository.Version;
import java.util.List;

/**
 * A version that runs no model of its own.
 *
 * @param background {@link Version#background}
 */
record ModellessVersion(ModelConfig config, Predictor predictor, Predictor background, VersionMeters meters)
        implements Version {
    /** Counts each request as a run of its own. */
    static RunObserver counting(VersionMeters meters) {
        return (rows, start, end) -> {
            meters.executed(1, rows, end - start, true);
            meters.computed(1, rows, 0, rows, new RunTimes(start, start, end, end));
        };
    }

    @Override
    public List<String> warnings() {
        return List.of();
    }

    /** As many as there are callers; for tables of instances, one. */
    @Override
    public int instances() {
        return 1;
    }

    @Override
    public SchedulingState scheduling() {
        return SchedulingState.none();
    }

    @Override
    public ServingStatistics statistics() {
        return meters.statistics();
    }

    @Override
    public void succeeded(Origin origin, long nanos) {
        meters.succeeded(origin, nanos);
    }

    @Override
    public void failed(Failure.Kind kind, long nanos) {
        meters.failed(kind, nanos);
    }

    @Override
    public void close() {
        meters.close();
    }
}
