package dev.tern.server.boot.drift;

import dev.tern.server.boot.meters.DriftVersionMeters;
import dev.tern.server.drift.DriftMonitor;
import dev.tern.server.drift.Tap;
import dev.tern.server.predict.DriftWatch;
import dev.tern.server.predict.Predictor;
import java.util.concurrent.Future;

/** The monitor of one loaded version. Closed with the version. */
public final class VersionDrift implements AutoCloseable {
    private final DriftMonitor monitor;
    private final Future<?> work;
    private final DriftVersionMeters meters;

    VersionDrift(DriftMonitor monitor, Future<?> work, DriftVersionMeters meters) {
        this.monitor = monitor;
        this.work = work;
        this.meters = meters;
    }

    /** The stage that shows the monitor what passes. */
    public Predictor tap(Predictor next) {
        return new Tap(monitor, next);
    }

    /** What operators see of it. */
    public DriftWatch watch() {
        return monitor;
    }

    @Override
    public void close() {
        work.cancel(false);
        meters.close();
    }
}
