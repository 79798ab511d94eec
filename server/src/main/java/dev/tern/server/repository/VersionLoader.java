package dev.tern.server.repository;

import dev.tern.server.predict.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and closes versions, on loader threads. Whatever a factory throws becomes a reason. */
final class VersionLoader {
    private static final Logger log = LoggerFactory.getLogger(VersionLoader.class);
    private static final String STOPPING = "not loaded, the server is stopping";

    private final VersionFactory factory;
    private final Clock clock;
    private final BooleanSupplier stopping;
    private final int retries;

    /**
     * @param stopping whether a load that fails may have been ended on purpose
     * @param retries how often a load that failed is tried again
     */
    VersionLoader(VersionFactory factory, Clock clock, BooleanSupplier stopping, int retries) {
        this.factory = factory;
        this.clock = clock;
        this.stopping = stopping;
        this.retries = retries;
    }

    /**
     * Loads one version; blocks.
     *
     * @param like the version served, if it differs from the planned one in its instances only; leased by the caller
     */
    VersionOutcome load(ModelPlan plan, long version, Optional<ServedVersion> like, Consumer<ServedVersion> onUnused) {
        VersionOutcome outcome = tryOnce(plan, version, like, onUnused);
        for (int left = retries; left > 0 && outcome.served().isEmpty() && !stopping.getAsBoolean(); left--) {
            log.info("Model '{}' version {}: trying again, {} times at most", plan.name(), version, left);
            outcome = tryOnce(plan, version, like, onUnused);
        }
        return outcome;
    }

    private VersionOutcome tryOnce(
            ModelPlan plan, long version, Optional<ServedVersion> like, Consumer<ServedVersion> onUnused) {
        if (stopping.getAsBoolean()) {
            return VersionOutcome.failed(version, STOPPING);
        }
        log.info("Model '{}' version {}: loading", plan.name(), version);
        long start = clock.nanoTime();
        try {
            ServedVersion served = create(plan, version, like, onUnused);
            return new VersionOutcome(
                    version, Optional.of(served), "", TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - start));
        } catch (VersionLoadException e) {
            if (stopping.getAsBoolean()) {
                log.info("Model '{}' version {}: {}", plan.name(), version, STOPPING);
                return VersionOutcome.failed(version, STOPPING);
            }
            log.error("Model '{}' version {} failed to load: {}", plan.name(), version, e.reason());
            log.debug("Why it failed", e);
            return VersionOutcome.failed(version, e.reason());
        } catch (Throwable e) {
            // Errors too: a native library that does not load must not leave start-up waiting for this version.
            log.error("Model '{}' version {} failed to load", plan.name(), version, e);
            return VersionOutcome.failed(version, "internal error, see the server's log");
        }
    }

    private ServedVersion create(
            ModelPlan plan, long version, Optional<ServedVersion> like, Consumer<ServedVersion> onUnused)
            throws VersionLoadException {
        VersionSource source = ModelFiles.find(plan, version);
        if (like.isPresent()) {
            Optional<ServedVersion> other = like.get().withInstances(source, plan, onUnused);
            if (other.isPresent()) {
                log.info(
                        "Model '{}' version {}: only its instances are new, its sessions are those served",
                        plan.name(),
                        version);
                return other.get();
            }
        }
        ClassLabels labels = ClassLabels.read(plan.directory(), plan.config());
        return new ServedVersion(plan.name(), version, factory.create(source), labels, plan.warnings(), onUnused);
    }

    /** Closes a version that nobody uses any more; blocks. */
    void close(ServedVersion served) {
        try {
            served.close();
        } catch (Throwable e) {
            // Errors too: what did not close is gone all the same, and the model must not wait for it.
            log.error("Model '{}' version {} failed to close", served.model(), served.version(), e);
        }
    }
}
