package dev.tern.server.repository;

import dev.tern.server.predict.Clock;
import dev.tern.server.repository.Catalog.Phase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine behind the {@link Catalog}. Its fields belong to the control thread, which never blocks: work that
 * does goes to a loader thread, whose last act is to hand the outcome back here.
 */
final class Lifecycle {
    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final String UNLOADED = "unloaded";

    private final Catalog catalog;
    private final RepositoryScanner scanner;
    private final VersionLoader loader;
    private final Executor control;
    private final Executor loaders;
    private final Executor clearing;
    private final Clock clock;
    private final CompletableFuture<List<ModelIndex>> started = new CompletableFuture<>();
    private final CompletableFuture<List<String>> stopped = new CompletableFuture<>();

    /** Set before the first load is begun. */
    private volatile VersionWarmUp warmUp = VersionWarmUp.NONE;

    /** Versions that are neither warm nor failed. */
    private final AtomicInteger cold = new AtomicInteger();

    private final Map<String, ModelLoad> loads = new TreeMap<>();
    /** Loaded and not yet closed. */
    private final Set<ServedVersion> open = new LinkedHashSet<>();

    Lifecycle(
            Catalog catalog,
            RepositoryScanner scanner,
            VersionLoader loader,
            Executor control,
            Executor loaders,
            Executor clearing,
            Clock clock) {
        this.catalog = catalog;
        this.scanner = scanner;
        this.loader = loader;
        this.control = control;
        this.loaders = loaders;
        this.clearing = clearing;
        this.clock = clock;
    }

    /** Any thread, once. */
    CompletableFuture<List<ModelIndex>> start(VersionWarmUp use) {
        warmUp = use;
        loaders.execute(this::scan);
        return started;
    }

    /** Any thread; the caller has a lease. */
    CompletableFuture<OptionalLong> clearCache(ServedVersion version) {
        try {
            return CompletableFuture.supplyAsync(version::clearCache, clearing);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Any thread; only the first call's deadline counts. */
    CompletableFuture<List<String>> shutdown(long deadlineNanos) {
        if (catalog.stop()) {
            control.execute(this::retireAll);
            clock.schedule(deadlineNanos, () -> submit(control, this::giveUp));
        }
        return stopped;
    }

    /** Loader thread. */
    private void scan() {
        try {
            List<ModelPlan> plans = scanner.scan();
            submit(control, () -> begin(plans));
        } catch (IOException | RuntimeException e) {
            log.error("The model repository cannot be read", e);
            submit(control, () -> started.completeExceptionally(e));
        }
    }

    private void begin(List<ModelPlan> plans) {
        plans.forEach(plan -> catalog.publish(ModelView.found(plan)));
        catalog.enter(Phase.LOADING);
        if (plans.isEmpty()) {
            log.warn("The model repository has no models");
        }
        // All are entered before the first is begun: when none is left, start-up is over.
        List<ModelLoad> begun = plans.stream()
                .filter(plan -> plan.reason().isEmpty())
                .map(ModelLoad::new)
                .toList();
        begun.forEach(each -> {
            loads.put(each.plan().name(), each);
            cold.addAndGet(each.plan().versions().size());
        });
        begun.forEach(this::load);
        finishStart();
        scheduleProgress();
    }

    private void load(ModelLoad load) {
        for (long version : load.plan().versions()) {
            if (!submit(loaders, () -> create(load, version))) {
                tried(
                        load,
                        VersionOutcome.failed(
                                version, Refusals.STOPPING.failure().message()));
            }
        }
    }

    /** Loader thread. */
    private void create(ModelLoad load, long version) {
        VersionOutcome outcome = loader.load(load.plan(), version, this::unused);
        outcome.served().ifPresent(this::warm);
        cold.decrementAndGet();
        submit(control, () -> tried(load, outcome));
    }

    private void warm(ServedVersion served) {
        try {
            warmUp.warm(served, () -> cold.get() - 1);
        } catch (RuntimeException | Error e) {
            log.warn("Model '{}' version {} could not be warmed up", served.model(), served.version(), e);
        }
    }

    private void tried(ModelLoad load, VersionOutcome outcome) {
        load.add(outcome);
        outcome.served()
                .ifPresentOrElse(
                        open::add,
                        () -> catalog.publish(
                                load.plan().name(), VersionSlot.unavailable(outcome.version(), outcome.reason())));
        if (outcome.served().isPresent()) {
            log.info("Model '{}' version {}: loaded in {} ms", load.plan().name(), outcome.version(), outcome.millis());
        }
        if (load.isComplete()) {
            loads.remove(load.plan().name());
            finish(load);
            finishStart();
            finishStop();
        }
    }

    private void finish(ModelLoad load) {
        if (catalog.isStopping()) {
            discard(load, UNLOADED);
        } else if (load.failed().isEmpty()) {
            ModelView view = ModelView.found(load.plan());
            for (ServedVersion each : load.served()) {
                view = view.with(VersionSlot.ready(each));
                log.info("Model '{}' version {}: ready", each.model(), each.version());
            }
            catalog.publish(view);
        } else {
            discard(
                    load,
                    "not served: version " + load.failed().get(0)
                            + " failed to load, and all versions of a model are loaded together");
        }
    }

    private void discard(ModelLoad load, String reason) {
        for (ServedVersion each : load.served()) {
            log.warn("Model '{}' version {}: {}", each.model(), each.version(), reason);
            catalog.publish(each.model(), VersionSlot.unavailable(each.version(), reason));
            each.retire();
        }
    }

    private void finishStart() {
        if (loads.isEmpty() && !started.isDone()) {
            catalog.enter(Phase.STARTED);
            started.complete(catalog.index());
        }
    }

    private void scheduleProgress() {
        if (!loads.isEmpty()) {
            clock.schedule(clock.nanoTime() + PROGRESS_NANOS, () -> submit(control, this::progress));
        }
    }

    private void progress() {
        if (!loads.isEmpty()) {
            log.info("Still loading: {}", loads.values());
            scheduleProgress();
        }
    }

    /** The thread that gave the last reference back: any. */
    private void unused(ServedVersion served) {
        boolean accepted = submit(loaders, () -> {
            loader.close(served);
            submit(control, () -> closed(served));
        });
        if (!accepted) {
            log.warn("Model '{}' version {} is left open: the loaders have stopped", served.model(), served.version());
        }
    }

    private void closed(ServedVersion served) {
        open.remove(served);
        log.info("Model '{}' version {}: unloaded", served.model(), served.version());
        for (ModelView each : catalog.views()) {
            VersionSlot slot = each.name().equals(served.model()) ? each.version(served.version()) : null;
            if (slot != null && slot.state() == VersionState.UNLOADING) {
                catalog.publish(each.with(VersionSlot.unavailable(served.version(), UNLOADED)));
            }
        }
        finishStop();
    }

    private void retireAll() {
        catalog.announceReadiness();
        List<ServedVersion> retired = new ArrayList<>();
        for (ModelView view : catalog.views()) {
            ModelView changed = view;
            for (VersionSlot slot : view.versions()) {
                if (slot.served() != null) {
                    retired.add(slot.served());
                    changed = changed.with(VersionSlot.unloading(slot.version()));
                }
            }
            catalog.publish(changed);
        }
        retired.forEach(ServedVersion::retire);
        finishStop();
    }

    private void finishStop() {
        if (catalog.isStopping() && loads.isEmpty() && open.isEmpty()) {
            stopped.complete(List.of());
        }
    }

    /** A version is never closed under a request: what is still in use stays open. */
    private void giveUp() {
        List<String> left = new ArrayList<>();
        loads.values().forEach(each -> left.add(each + " is still loading"));
        open.forEach(
                each -> left.add(each + (each.leases() > 0 ? " has " + each.leases() + " requests" : " is closing")));
        stopped.complete(left);
    }

    private static boolean submit(Executor executor, Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
