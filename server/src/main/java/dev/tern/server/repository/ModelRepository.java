package dev.tern.server.repository;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.TrafficSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The models of one or several repositories, loaded at start and changed after as {@link ControlMode} says.
 *
 * <p>A model's versions become ready together: if one fails to load, the others of that load are closed again, as in
 * Triton, and each says why. What was served before stays so until all that is to take its place is ready. Other models are
 * not touched by it.
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
     * @param clock times loads, looks and the end of the shutdown time
     */
    public ModelRepository(RepositoryOptions options, VersionFactory factory, RepositoryThreads threads, Clock clock) {
        this.catalog = new Catalog(options.strictReadiness());
        this.lifecycle = new Lifecycle(options, catalog, factory, threads, clock);
    }

    /** As {@link #ModelRepository(RepositoryOptions, VersionFactory, RepositoryThreads, Clock)}, the loaders look, too. */
    public ModelRepository(
            RepositoryOptions options,
            VersionFactory factory,
            Executor control,
            Executor loaders,
            Executor clearing,
            Clock clock) {
        this(options, factory, new RepositoryThreads(control, loaders, clearing, loaders), clock);
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
     * Loads what is to be loaded at start; called once.
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
     * @return what the label stood for until then; empty if there was none
     */
    public OptionalLong setLabel(String label, ServedVersion version) {
        return catalog.setLabel(label, version);
    }

    /** How a model's requests go to its versions, as its configuration says; of one that is not served, as by default. */
    public TrafficSettings traffic(String model) {
        return catalog.traffic(model);
    }

    /** Whether any model was ever served whose configuration has its requests' gRPC metadata looked at. */
    public boolean readsMetadata() {
        return catalog.readsMetadata();
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
     * Whether the server should be sent requests: everything has been tried at start, shutdown has not begun and, with
     * strict readiness, every model that is to be served has a version that is ready.
     */
    public boolean ready() {
        return catalog.isReady();
    }

    /** Whether it is stopping, so that nothing can be acquired any more, whatever is loaded. */
    public boolean isStopping() {
        return catalog.isStopping();
    }

    /** Every model that was to be loaded, by name, at this moment. */
    public List<ModelIndex> index() {
        return catalog.index();
    }

    /**
     * As {@link #index}, and the model directories that were never loaded, without versions. Any thread.
     *
     * @return completed on the looking thread or at once; exceptionally when that has ended
     */
    public CompletableFuture<List<ModelIndex>> list() {
        return lifecycle.list();
    }

    /**
     * Loads a model, or loads it anew as it is now; versions whose files and configuration are what they were stay as they
     * are. For {@link ControlMode#EXPLICIT} only. Any thread.
     *
     * @return completed, on the control thread or at once, when the model is ready, or with why it is not, in Triton's words
     */
    public CompletableFuture<Optional<Failure>> load(LoadRequest request) {
        return lifecycle.load(request);
    }

    /**
     * Takes all of a model's versions away from requests to come. One that is not loaded is left as it is. For {@link
     * ControlMode#EXPLICIT} only. Any thread.
     *
     * @return completed, on the control thread or at once, when no request finds the model any more, or with why not; those
     *     in flight may go on
     */
    public CompletableFuture<Optional<Failure>> unload(String model) {
        return unload(model, false);
    }

    /**
     * As {@link #unload(String)}.
     *
     * @param dependents whether the models that were loaded along with it, as an ensemble's steps, are unloaded, too; not
     *     those that another ensemble has as a step
     */
    public CompletableFuture<Optional<Failure>> unload(String model, boolean dependents) {
        return lifecycle.unload(model, dependents);
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
