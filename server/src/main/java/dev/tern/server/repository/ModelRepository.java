package dev.tern.server.repository;

import dev.tern.server.predict.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The models of one or several repositories, loaded at start (Triton's control mode {@code none}).
 *
 * <p>A model's versions become ready together: if one fails to load, the others of that model are closed again, as in
 * Triton, and each says why. Other models are not touched by it.
 *
 * <p>Requests are resolved without a lock: one map lookup for the model's immutable view and one compare-and-set for the
 * lease. All changes are made on the control thread.
 */
public final class ModelRepository {
    private final Catalog catalog;
    private final Lifecycle lifecycle;

    /**
     * Nothing is read before {@link #start}.
     *
     * @param control runs tasks one after the other, each quickly; all listeners are called on it
     * @param loaders runs what blocks: reading, creating, closing; its threads bound how many models load at once
     * @param clearing runs {@link #clearCache}, which may take long and has to wait for nothing
     * @param clock times loads and the end of the shutdown time
     */
    public ModelRepository(
            RepositoryOptions options,
            VersionFactory factory,
            Executor control,
            Executor loaders,
            Executor clearing,
            Clock clock) {
        this.catalog = new Catalog(options.strictReadiness());
        this.lifecycle = new Lifecycle(
                catalog,
                new RepositoryScanner(options),
                new VersionLoader(factory, clock, catalog::isStopping),
                control,
                loaders,
                clearing,
                clock);
    }

    /** Before {@link #start}, to hear of everything. */
    public void addListener(RepositoryListener listener) {
        catalog.addListener(listener);
    }

    /** As {@link #start(VersionWarmUp)}, without warming up. */
    public CompletableFuture<List<ModelIndex>> start() {
        return start(VersionWarmUp.NONE);
    }

    /**
     * Loads every model; called once.
     *
     * @param warmUp uses each version before it is ready
     * @return completed on the control thread when every version has been tried, with {@link #index} at that moment;
     *     exceptionally, with an {@link java.io.IOException}, when a repository cannot be read
     */
    public CompletableFuture<List<ModelIndex>> start(VersionWarmUp warmUp) {
        return lifecycle.start(warmUp);
    }

    /**
     * Finds what a request names and keeps it open for the request: a {@link ServedVersion} to release after the last
     * use, or a {@link Refusal}. Any thread, never blocks.
     *
     * @param version decimal as Triton reads it ("3abc" is 3), or a label; empty for the highest version that is ready
     */
    public Resolution acquire(String model, String version) {
        return catalog.acquire(model, version);
    }

    /**
     * What a model's labels stand for, in the labels' order: set while the server runs, else as its configuration says.
     * Empty for a model that is not known.
     */
    public Map<String, Long> labels(String model) {
        return catalog.labels(model);
    }

    /**
     * Has {@code label} stand for {@code version} until it is set again or removed, or the server ends.
     *
     * @param label one that {@link dev.tern.server.repository.config.VersionLabels#isLabel} allows
     * @param version that the caller has a lease on
     */
    public void setLabel(String label, ServedVersion version) {
        catalog.setLabel(label, version);
    }

    /** Removes a label, also one of the configuration; what it stood for, empty if there was none. */
    public OptionalLong removeLabel(String model, String label) {
        return catalog.removeLabel(model, label);
    }

    /**
     * Does {@link Version#clearCache} on the thread for it: it may take too long for the caller's, and for the control
     * thread, which has others waiting.
     *
     * @param version that the caller has a lease on until it is done
     * @return completed on that thread; exceptionally when that has ended
     */
    public CompletableFuture<OptionalLong> clearCache(ServedVersion version) {
        return lifecycle.clearCache(version);
    }

    /**
     * Whether the server should be sent requests: everything has been tried, shutdown has not begun and, with strict
     * readiness, every version of every model is ready.
     */
    public boolean ready() {
        return catalog.isReady();
    }

    /** Every model directory that was found, by name, at this moment. */
    public List<ModelIndex> index() {
        return catalog.index();
    }

    /**
     * Refuses requests from now on, and closes each version when its last lease comes back. A version with a lease is
     * never closed, whatever the time.
     *
     * @param deadlineNanos when to stop waiting, on the clock's scale
     * @return completed on the control thread with what was left open, empty when everything is closed
     */
    public CompletableFuture<List<String>> shutdown(long deadlineNanos) {
        return lifecycle.shutdown(deadlineNanos);
    }
}
