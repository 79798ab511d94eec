package dev.tern.server.boot.drift;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tern.server.boot.meters.DriftVersionMeters;
import dev.tern.server.boot.meters.Meters;
import dev.tern.server.boot.settings.DriftConfig;
import dev.tern.server.drift.DriftMonitor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** Opens monitors, and has the one thread for them work. Any thread. */
public final class DriftMonitors {
    /** How often rows are taken: requests do not wake the thread. */
    private static final long PAUSE_MILLIS = 100;

    private final ScheduledExecutorService thread;
    private final Meters meters;

    /** @param thread one, not started before it is used; it forgets tasks that are cancelled */
    public DriftMonitors(ScheduledExecutorService thread, Meters meters) {
        this.thread = thread;
        this.meters = meters;
    }

    /**
     * Opens the monitor of a version that is being loaded.
     *
     * @param counted whether what happens to the version counts, as it does not while the server warms it up
     */
    public VersionDrift open(String model, long version, DriftConfig config, BooleanSupplier counted) {
        DriftVersionMeters observer =
                meters.openDrift(model, version, config.features().names());
        DriftMonitor monitor = new DriftMonitor(
                config.features(),
                config.settings(),
                () -> ThreadLocalRandom.current().nextInt(),
                observer);
        return new VersionDrift(
                monitor,
                thread.scheduleWithFixedDelay(monitor::work, PAUSE_MILLIS, PAUSE_MILLIS, MILLISECONDS),
                observer,
                counted);
    }
}
