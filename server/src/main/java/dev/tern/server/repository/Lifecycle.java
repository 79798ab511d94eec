package dev.tern.server.repository;

import dev.tern.server.predict.Clock;
import dev.tern.server.predict.Failure;
import dev.tern.server.repository.Catalog.Phase;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Start, changes and end of what the {@link Catalog} shows. Its fields belong to the control thread, which never blocks:
 * work that does goes to a loader thread, whose last act is to hand the outcome back here.
 */
final class Lifecycle {
    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ControlSettings settings;
    private final Catalog catalog;
    private final RepositoryScanner scanner;
    private final LoadPlanner planner;
    private final RepositoryThreads threads;
    private final Clock clock;
    private final Ensembles ensembles;
    private final Loads loads;
    private final Polling polling;
    private final Changes changes = new Changes();
    private final CompletableFuture<List<ModelIndex>> started = new CompletableFuture<>();
    private final CompletableFuture<List<String>> stopped = new CompletableFuture<>();

    /** Models that are loaded at start and not yet tried. */
    private final Set<String> starting = new HashSet<>();

    Lifecycle(
            RepositoryOptions options,
            Catalog catalog,
            VersionFactory factory,
            RepositoryThreads threads,
            Clock clock) {
        this.settings = options.control();
        this.catalog = catalog;
        this.scanner = new RepositoryScanner(options);
        this.planner = new LoadPlanner(scanner);
        this.threads = threads;
        this.clock = clock;
        this.ensembles = new Ensembles(catalog, this::tryAgain);
        this.loads = new Loads(
                catalog,
                new VersionLoader(factory, clock, catalog::isStopping, settings.loadRetries()),
                threads.control(),
                threads.loaders(),
                settings.memoryLimit(),
                this::finishStop,
                ensembles);
        this.polling = new Polling(
                scanner,
                threads.looks(),
                threads.control(),
                clock,
                settings.pollEvery().toNanos(),
                catalog::isStopping,
                new Found());
    }

    /** What is done about what polling finds. */
    private final class Found implements Polling.Actions {
        @Override
        public void load(ModelPlan plan, Consumer<Optional<Failure>> done) {
            change(plan.name(), done, end -> apply(plan, null, end));
        }

        @Override
        public void remove(String model) {
            change(model, failure -> {}, end -> {
                loads.remove(model);
                end.accept(Optional.empty());
            });
        }
    }

    /** Any thread, once. */
    CompletableFuture<List<ModelIndex>> start(VersionWarmUp use) {
        loads.warmWith(use);
        threads.loaders().execute(this::scan);
        return started;
    }

    /** Any thread; the caller has a lease. */
    CompletableFuture<OptionalLong> clearCache(ServedVersion version) {
        try {
            return CompletableFuture.supplyAsync(version::clearCache, threads.clearing());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Any thread. */
    CompletableFuture<List<ModelIndex>> list() {
        if (settings.mode() != ControlMode.EXPLICIT) {
            return CompletableFuture.completedFuture(catalog.index());
        }
        try {
            return CompletableFuture.supplyAsync(this::listAll, threads.looks());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What was never loaded, too. */
    private List<ModelIndex> listAll() {
        Map<String, ModelIndex> all = new TreeMap<>();
        try {
            scanner.list()
                    .forEach((name, repositories) -> all.put(
                            name,
                            new ModelIndex(
                                    name,
                                    repositories.get(0).toString(),
                                    repositories.size() > 1 ? RepositoryScanner.DUPLICATE : "",
                                    List.of())));
        } catch (IOException | RuntimeException e) {
            log.warn("The model repositories cannot be looked at", e);
        }
        catalog.index().forEach(each -> all.put(each.name(), each));
        return List.copyOf(all.values());
    }

    /** Any thread. */
    CompletableFuture<Optional<Failure>> load(LoadRequest request) {
        return asked(request.model(), end -> {
            ensembles.wantByName(request.model());
            plan(request, end);
        });
    }

    /** Any thread. */
    CompletableFuture<Optional<Failure>> unload(String model, boolean dependents) {
        return asked(model, end -> {
            List<String> along = dependents ? ensembles.broughtAlong(model) : List.of();
            loads.unload(model);
            for (String step : along) {
                change(step, failure -> {}, stepEnd -> {
                    loads.unload(step);
                    stepEnd.accept(Optional.empty());
                });
            }
            end.accept(Optional.empty());
        });
    }

    private CompletableFuture<Optional<Failure>> asked(String model, Consumer<Consumer<Optional<Failure>>> work) {
        Optional<Failure> refusal = refusal();
        CompletableFuture<Optional<Failure>> answer = new CompletableFuture<>();
        if (refusal.isPresent() || !Tasks.submit(threads.control(), () -> change(model, answer::complete, work))) {
            answer.complete(refusal.or(() -> Optional.of(Refusals.STOPPING.failure())));
        }
        return answer;
    }

    private Optional<Failure> refusal() {
        if (settings.mode() != ControlMode.EXPLICIT) {
            return Optional.of(Refusals.NOT_EXPLICIT);
        }
        if (catalog.isStopping()) {
            return Optional.of(Refusals.STOPPING.failure());
        }
        return catalog.isStarted() ? Optional.empty() : Optional.of(Refusals.NOT_STARTED.failure());
    }

    /**
     * Does {@code work} when those before it at the same model are over.
     *
     * @param done told how it ended
     * @param work tells what it is given when it is over
     */
    private void change(String model, Consumer<Optional<Failure>> done, Consumer<Consumer<Optional<Failure>>> work) {
        changes.begin(model, () -> {
            Consumer<Optional<Failure>> end = failure -> {
                done.accept(failure);
                changes.over(model);
            };
            if (catalog.isStopping()) {
                end.accept(Optional.of(Refusals.STOPPING.failure()));
            } else {
                work.accept(end);
            }
        });
    }

    private void plan(LoadRequest request, Consumer<Optional<Failure>> end) {
        boolean accepted = Tasks.submit(threads.loaders(), () -> {
            LoadPlanner.Planned planned = planned(request);
            boolean taken = Tasks.submit(threads.control(), () -> apply(planned, end));
            if (!taken && planned.upload() != null) {
                planned.upload().release();
            }
        });
        if (!accepted) {
            end.accept(Optional.of(Refusals.STOPPING.failure()));
        }
    }

    /** Loader thread. Whatever is thrown becomes a refusal: the call must be answered, and the next one begun. */
    private LoadPlanner.Planned planned(LoadRequest request) {
        try {
            return planner.plan(request);
        } catch (Throwable e) {
            log.error("Model '{}': what is to be loaded could not be worked out", request.model(), e);
            return LoadPlanner.Planned.refused(
                    Refusals.loadFailed(request.model(), "internal error, see the server's log"));
        }
    }

    private void apply(LoadPlanner.Planned planned, Consumer<Optional<Failure>> end) {
        ModelPlan plan = planned.plan();
        if (plan == null) {
            end.accept(planned.refusal());
        } else {
            apply(plan, planned.upload(), end);
        }
    }

    private void apply(ModelPlan plan, @Nullable Upload upload, Consumer<Optional<Failure>> end) {
        if (plan.reason().isEmpty()) {
            withSteps(plan, upload == null, () -> loads.launch(loads.prepare(plan, upload, end)));
        } else {
            loads.refuse(plan);
            end.accept(Optional.of(Refusals.loadFailed(plan.name(), plan.reason())));
        }
    }

    /** As in Triton, who has an ensemble loaded has the models of its steps loaded; those that are there stay as they are. */
    private void withSteps(ModelPlan plan, boolean repeatable, Runnable load) {
        ensembles.want(plan, repeatable);
        List<String> missing = settings.mode() == ControlMode.EXPLICIT ? ensembles.missing(plan) : List.of();
        AtomicInteger left = new AtomicInteger(missing.size() + 1);
        Consumer<Optional<Failure>> ended = unused -> {
            if (left.decrementAndGet() == 0) {
                load.run();
            }
        };
        missing.forEach(step -> change(step, ended, end -> {
            if (ensembles.missing(plan).contains(step)) {
                ensembles.comesAlong(step);
                plan(LoadRequest.of(step), end);
            } else {
                // Somebody else has had it loaded meanwhile.
                end.accept(Optional.empty());
            }
        }));
        ended.accept(Optional.empty());
    }

    /** An ensemble whose steps' models were not there before. */
    private void tryAgain(ModelPlan plan) {
        change(plan.name(), failure -> {}, end -> {
            if (ensembles.isDue(plan)) {
                apply(plan, null, end);
            } else {
                end.accept(Optional.empty());
            }
        });
    }

    /** Any thread; only the first call's deadline counts. */
    CompletableFuture<List<String>> shutdown(long deadlineNanos) {
        if (catalog.stop()) {
            threads.control().execute(this::retireAll);
            clock.schedule(deadlineNanos, () -> Tasks.submit(threads.control(), () -> stopped.complete(loads.left())));
        }
        return stopped;
    }

    /** Loader thread. */
    private void scan() {
        try {
            List<ModelPlan> plans = scanner.scan();
            Tasks.submit(threads.control(), () -> begin(plans));
        } catch (Throwable e) {
            // Errors too: whoever waits for the start would wait for good.
            log.error("The model repository cannot be read", e);
            Tasks.submit(threads.control(), () -> started.completeExceptionally(e));
        }
    }

    private void begin(List<ModelPlan> plans) {
        plans.forEach(plan -> catalog.publish(ModelView.found(plan)));
        catalog.enter(Phase.LOADING);
        if (plans.isEmpty() && settings.mode() != ControlMode.EXPLICIT) {
            log.warn("The model repository has no models");
        }
        plans.stream()
                .filter(plan -> !plan.reason().isEmpty())
                .forEach(plan -> log.error("Model '{}' is unavailable: {}", plan.name(), plan.reason()));
        // All are entered before the first is begun: when none is left, start-up is over.
        List<ModelLoad> begun = plans.stream()
                .filter(plan -> plan.reason().isEmpty())
                .map(this::prepare)
                .toList();
        begun.forEach(loads::launch);
        finishStart();
        scheduleProgress();
        if (settings.mode() == ControlMode.POLL) {
            polling.start(plans);
        }
    }

    private ModelLoad prepare(ModelPlan plan) {
        starting.add(plan.name());
        changes.begin(plan.name(), () -> {});
        return loads.prepare(plan, null, failure -> {
            starting.remove(plan.name());
            polling.loaded(plan.name(), failure);
            finishStart();
            changes.over(plan.name());
        });
    }

    private void finishStart() {
        if (starting.isEmpty() && !started.isDone()) {
            catalog.enter(Phase.STARTED);
            started.complete(catalog.index());
        }
    }

    private void scheduleProgress() {
        if (!starting.isEmpty()) {
            clock.schedule(clock.nanoTime() + PROGRESS_NANOS, () -> Tasks.submit(threads.control(), this::progress));
        }
    }

    private void progress() {
        if (!starting.isEmpty()) {
            log.info("Still loading: {}", loads.underWay());
            scheduleProgress();
        }
    }

    private void retireAll() {
        catalog.announceReadiness();
        loads.retireAll();
        finishStop();
    }

    /** A version is never closed under a request: what is still in use stays open. */
    private void finishStop() {
        if (catalog.isStopping() && loads.isIdle()) {
            stopped.complete(List.of());
        }
    }
}
