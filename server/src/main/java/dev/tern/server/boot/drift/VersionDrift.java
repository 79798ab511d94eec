package dev.tern.server.boot.drift;

import dev.tern.server.boot.meters.DriftVersionMeters;
import dev.tern.server.drift.DriftMonitor;
import dev.tern.server.drift.Tap;
import dev.tern.server.predict.DriftWatch;
import dev.tern.server.predict.Predictor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The monitor of one loaded version, or of several that are one model. Closed with the version. */
public final class VersionDrift implements AutoCloseable {
    private final DriftMonitor monitor;
    private final Future<?> work;
    private final DriftVersionMeters meters;
    private final BooleanSupplier counted;
    /** Versions that are open, of those that share the monitor. */
    private final AtomicInteger users;

    VersionDrift(DriftMonitor monitor, Future<?> work, DriftVersionMeters meters, BooleanSupplier counted) {
        this(monitor, work, meters, counted, new AtomicInteger(1));
    }

    private VersionDrift(
            DriftMonitor monitor,
            Future<?> work,
            DriftVersionMeters meters,
            BooleanSupplier counted,
            AtomicInteger users) {
        this.monitor = monitor;
        this.work = work;
        this.meters = meters;
        this.counted = counted;
        this.users = users;
    }

    /**
     * The same monitor, for a version that takes the place of this one's, which is open.
     *
     * @param isCounted whether what happens to that version counts
     */
    public VersionDrift share(BooleanSupplier isCounted) {
        users.incrementAndGet();
        return new VersionDrift(monitor, work, meters, isCounted, users);
    }

    /** The stage that shows the monitor what passes. */
    public Predictor tap(Predictor next) {
        return new Tap(monitor, counted, next);
    }

    /** What operators see of it. */
    public DriftWatch watch() {
        return monitor;
    }

    /** Once. */
    @Override
    public void close() {
        if (users.decrementAndGet() == 0) {
            work.cancel(false);
            meters.close();
        }
    }
}
