package dev.tern.server.repository;

import dev.tern.server.predict.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what a plan says beside what is served, and then puts it in its place: one reference is changed, requests in flight
 * finish on what they began on, and that is closed when the last of them has ended. What fails leaves what is served as it
 * is. Owned by the control thread; there is one load of a model at a time.
 */
final class Loads {
    private static final Logger log = LoggerFactory.getLogger(Loads.class);

    private static final String SERVED_ON = "what was loaded before is served on: ";
    private static final String CHANGED = "its files changed while it was loaded";

    private final Catalog catalog;
    private final VersionLoader loader;
    private final Executor control;
    private final Executor loaders;
    private final OptionalLong memoryLimit;
    private final Runnable onChange;
    private final OpenVersions open;
    private final Ensembles ensembles;

    /** Set before the first load is begun. */
    private volatile VersionWarmUp warmUp = VersionWarmUp.NONE;

    /** Versions that are neither warm nor failed. */
    private final AtomicInteger cold = new AtomicInteger();

    private final Map<String, ModelLoad> loads = new TreeMap<>();
    /** Loads of ensembles whose steps' models are being loaded. */
    private final Set<ModelLoad> waiting = new LinkedHashSet<>();
    /** Models to be forgotten when nothing of them is open. */
    private final Set<String> gone = new HashSet<>();

    /** @param onChange told whenever a load has ended or a version was closed */
    Loads(
            Catalog catalog,
            VersionLoader loader,
            Executor control,
            Executor loaders,
            OptionalLong memoryLimit,
            Runnable onChange,
            Ensembles ensembles) {
        this.catalog = catalog;
        this.loader = loader;
        this.control = control;
        this.loaders = loaders;
        this.memoryLimit = memoryLimit;
        this.onChange = onChange;
        this.open = new OpenVersions(loader, control, loaders, this::closed);
        this.ensembles = ensembles;
    }

    void warmWith(VersionWarmUp use) {
        warmUp = use;
    }

    /** Whether nothing is being loaded, and nothing open. */
    boolean isIdle() {
        return loads.isEmpty() && open.isEmpty();
    }

    /** The loads under way; of those that are to become ready together, none is missing. */
    List<ModelLoad> underWay() {
        return List.copyOf(loads.values());
    }

    /** What is being loaded or open, each with the reason. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        loads.values().forEach(each -> left.add(each + " is still loading"));
        left.addAll(open.left());
        return left;
    }

    /**
     * Makes a load of a plan that has something to load, to be begun by {@link #launch}. Versions that are served and made
     * from the same are kept.
     *
     * @param upload what the plan's files are in, given back at the end; null if they are in a repository
     * @param done told once, on this thread
     */
    ModelLoad prepare(ModelPlan plan, @Nullable Upload upload, Consumer<Optional<Failure>> done) {
        plan.warnings().forEach(warning -> log.warn("Model '{}': {}", plan.name(), warning));
        gone.remove(plan.name());
        ensembles.want(plan, upload == null);
        ModelLoad load = new ModelLoad(plan, kept(plan), like(plan), upload, done);
        long needed = load.bytesToCome();
        long taken = open.bytes()
                + loads.values().stream().mapToLong(ModelLoad::bytesToCome).sum();
        if (needed > 0 && memoryLimit.isPresent() && needed > memoryLimit.getAsLong() - taken) {
            String reason = "not loaded: its files have " + needed + " bytes, and of --model-memory-limit="
                    + memoryLimit.getAsLong() + " there are " + Math.max(0, memoryLimit.getAsLong() - taken) + " left";
            log.warn("Model '{}': {}", plan.name(), reason);
            load.refuse(reason);
        } else {
            cold.addAndGet(load.missing().size());
        }
        loads.put(plan.name(), load);
        return load;
    }

    private List<ServedVersion> kept(ModelPlan plan) {
        return served(plan)
                .filter(each -> open.isMadeFrom(each, plan.content(each.version())))
                .toList();
    }

    /** Those whose sessions can be used for what is to take their place. */
    private Map<Long, ServedVersion> like(ModelPlan plan) {
        return served(plan)
                .filter(each -> open.hasModelOf(each, plan.content(each.version())))
                .collect(Collectors.toMap(ServedVersion::version, each -> each));
    }

    private Stream<ServedVersion> served(ModelPlan plan) {
        ModelView view = catalog.view(plan.name());
        return view == null
                ? Stream.empty()
                : view.served().stream().filter(each -> plan.versions().contains(each.version()));
    }

    /** Begins it. What is served stays so until all of the rest is loaded. */
    void launch(ModelLoad load) {
        ModelView known = catalog.view(load.plan().name());
        ModelView view = known == null ? ModelView.later(load.plan()) : known.tried();
        for (long version : load.missing()) {
            view = view.served(version) == null ? view.with(VersionSlot.loading(version)) : view;
        }
        catalog.publish(view);
        if (load.isComplete()) {
            end(load);
        } else if (ensembles.hasToWait(load.plan(), loads.keySet())) {
            waiting.add(load);
        } else {
            begin(load);
        }
    }

    private void begin(ModelLoad load) {
        String problem = ensembles.problem(load.plan());
        if (!problem.isEmpty()) {
            log.error("Model '{}' cannot be served: {}", load.plan().name(), problem);
            cold.addAndGet(-load.missing().size());
            load.fail(problem);
            end(load);
            return;
        }
        for (long version : load.missing()) {
            // It stays open while its sessions are taken over, whatever becomes of it; it may have gone while the load
            // waited.
            Optional<ServedVersion> like = load.like(version).filter(ServedVersion::retain);
            if (!Tasks.submit(loaders, () -> create(load, version, like))) {
                like.ifPresent(ServedVersion::release);
                tried(
                        load,
                        VersionOutcome.failed(
                                version, Refusals.STOPPING.failure().message()));
            }
        }
    }

    /** Loader thread. */
    private void create(ModelLoad load, long version, Optional<ServedVersion> like) {
        Upload upload = load.upload();
        VersionOutcome loaded = loader.load(load.plan(), version, like, open.closing(upload));
        like.ifPresent(ServedVersion::release);
        VersionOutcome outcome = asPlanned(load.plan(), loaded);
        if (upload != null && outcome.served().isPresent()) {
            upload.retain();
        }
        outcome.served().ifPresent(this::warm);
        cold.decrementAndGet();
        Tasks.submit(control, () -> tried(load, outcome));
    }

    /** What changed since it was looked at is not what the plan says: it would be taken for that ever after. */
    private VersionOutcome asPlanned(ModelPlan plan, VersionOutcome outcome) {
        if (outcome.served().isEmpty() || VersionContents.isStill(plan, outcome.version())) {
            return outcome;
        }
        log.error("Model '{}' version {}: {}", plan.name(), outcome.version(), CHANGED);
        loader.close(outcome.served().get());
        return VersionOutcome.failed(outcome.version(), CHANGED);
    }

    private void warm(ServedVersion served) {
        try {
            warmUp.warm(served, () -> cold.get() - 1);
        } catch (RuntimeException | Error e) {
            log.warn("Model '{}' version {} could not be warmed up", served.model(), served.version(), e);
        }
    }

    private void tried(ModelLoad load, VersionOutcome outcome) {
        String model = load.plan().name();
        load.add(outcome);
        outcome.served()
                .ifPresentOrElse(
                        served -> open.add(served, load.plan().content(outcome.version())),
                        () -> broken(model, outcome.version(), outcome.reason()));
        if (outcome.served().isPresent()) {
            log.info("Model '{}' version {}: loaded in {} ms", model, outcome.version(), outcome.millis());
        }
        if (load.isComplete()) {
            end(load);
        }
    }

    private void end(ModelLoad load) {
        loads.remove(load.plan().name());
        Optional<Failure> failure = Optional.empty();
        // An ensemble's, by the models of its steps, while the load waited for one of them.
        boolean withdrawn = !known(load.plan().name()).served().containsAll(load.kept());
        if (withdrawn) {
            load.fail("what was to be kept of it was withdrawn meanwhile; it is loaded again");
        }
        if (catalog.isStopping()) {
            discard(load, VersionSlot.UNLOADED);
            failure = Optional.of(Refusals.STOPPING.failure());
        } else if (load.failed().isEmpty()) {
            replace(load);
        } else {
            fail(load);
            failure = Optional.of(load.failure());
        }
        giveBack(load.upload());
        load.end(failure);
        if (withdrawn) {
            ensembles.tryAgain(load.plan());
        }
        beginWaiting();
        onChange.run();
    }

    private void beginWaiting() {
        for (ModelLoad each : List.copyOf(waiting)) {
            if (!ensembles.hasToWait(each.plan(), loads.keySet()) && waiting.remove(each)) {
                begin(each);
            }
        }
    }

    /** The switch. */
    private void replace(ModelLoad load) {
        ModelPlan plan = load.plan();
        ModelView before = known(plan.name());
        List<ServedVersion> serving = new ArrayList<>(load.kept());
        serving.addAll(load.served());
        load.kept().forEach(each -> each.follow(plan));
        List<VersionSlot> slots = new ArrayList<>();
        serving.forEach(each -> slots.add(VersionSlot.ready(each)));
        for (VersionSlot slot : before.versions()) {
            boolean hadRequests = slot.served() != null || slot.state() == VersionState.UNLOADING;
            if (hadRequests && !plan.versions().contains(slot.version())) {
                slots.add(VersionSlot.unloading(slot.version()));
            }
        }
        catalog.publish(before.serving(plan, slots));
        load.served().forEach(each -> log.info("Model '{}' version {}: ready", each.model(), each.version()));
        before.served().stream().filter(each -> !serving.contains(each)).forEach(ServedVersion::retire);
        ensembles.served(plan);
    }

    private void fail(ModelLoad load) {
        load.outcomes().stream()
                .filter(each -> each.served().isEmpty())
                .forEach(each -> broken(load.plan().name(), each.version(), each.reason()));
        discard(
                load,
                "not served: version " + load.failed().get(0)
                        + " failed to load, and all versions of a model are loaded together");
        keepServing(known(load.plan().name()), load.summary());
    }

    private void keepServing(ModelView view, String why) {
        if (view.newest() != null) {
            log.warn("Model '{}': {}{}", view.name(), SERVED_ON, why);
            catalog.publish(view.notChanged(SERVED_ON + why));
        }
    }

    private void discard(ModelLoad load, String reason) {
        for (ServedVersion each : load.served()) {
            log.warn("Model '{}' version {}: {}", each.model(), each.version(), reason);
            broken(each.model(), each.version(), reason);
            each.retire();
        }
    }

    /** What is served in its place stays. */
    private void broken(String model, long version, String reason) {
        ModelView view = known(model);
        if (view.served(version) == null) {
            catalog.publish(view.with(VersionSlot.unavailable(version, reason)));
        }
    }

    private ModelView known(String model) {
        ModelView view = catalog.view(model);
        if (view == null) {
            throw new IllegalStateException("model '" + model + "' is not in the catalog");
        }
        return view;
    }

    private void giveBack(@Nullable Upload upload) {
        if (upload != null && !Tasks.submit(loaders, upload::release)) {
            upload.release();
        }
    }

    /** Takes note of a plan that has a reason why nothing can be loaded. */
    void refuse(ModelPlan plan) {
        log.error("Model '{}' is unavailable: {}", plan.name(), plan.reason());
        gone.remove(plan.name());
        ModelView view = catalog.view(plan.name());
        if (view != null && view.newest() != null) {
            keepServing(view, plan.reason());
        } else {
            catalog.publish(view == null ? ModelView.later(plan) : view.unavailable(plan));
        }
    }

    /** Takes all of the model's versions away from requests to come; each is closed when its last one has ended. */
    void unload(String model) {
        ensembles.forget(model);
        ModelView view = catalog.view(model);
        if (view != null) {
            catalog.publish(view.unloaded(view.versions().stream()
                    .map(slot -> slot.served() == null && slot.state() != VersionState.UNLOADING
                            ? VersionSlot.unavailable(slot.version(), VersionSlot.UNLOADED)
                            : VersionSlot.unloading(slot.version()))
                    .toList()));
            view.served().forEach(ServedVersion::retire);
            ensembles.stepChanged(model);
        }
    }

    /** As {@link #unload}, of a model that is no more: it is forgotten then. */
    void remove(String model) {
        log.info("Model '{}' is no longer in the model repository", model);
        unload(model);
        gone.add(model);
        forgetGone(model);
    }

    /** Takes everything away from requests. */
    void retireAll() {
        List<ServedVersion> retired = new ArrayList<>();
        for (ModelView view : catalog.views()) {
            ModelView changed = view;
            for (ServedVersion each : view.served()) {
                retired.add(each);
                changed = changed.with(VersionSlot.unloading(each.version()));
            }
            catalog.publish(changed);
        }
        retired.forEach(ServedVersion::retire);
    }

    private void closed(ServedVersion served) {
        ModelView view = catalog.view(served.model());
        VersionSlot slot = view == null ? null : view.version(served.version());
        if (view != null
                && slot != null
                && slot.state() == VersionState.UNLOADING
                && !open.has(served.model(), served.version())) {
            catalog.publish(view.with(VersionSlot.unavailable(served.version(), VersionSlot.UNLOADED)));
        }
        forgetGone(served.model());
        onChange.run();
    }

    private void forgetGone(String model) {
        if (gone.contains(model) && !open.hasAnyOf(model)) {
            gone.remove(model);
            catalog.remove(model);
        }
    }
}
