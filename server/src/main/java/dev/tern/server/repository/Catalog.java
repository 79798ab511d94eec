package dev.tern.server.repository;

import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.repository.config.VersionLabels;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What requests look at: one immutable view per model. Any thread reads, without a lock; only the control thread writes
 * and tells the listeners.
 */
final class Catalog {
    /** How far start-up has come. */
    enum Phase {
        /** The repositories are being looked through: an unknown name may still turn up. */
        SCANNING,
        /** All models are known, not all have been tried. */
        LOADING,
        /** Every version has been tried. */
        STARTED
    }

    private static final Logger log = LoggerFactory.getLogger(Catalog.class);

    private final ConcurrentMap<String, ModelView> views = new ConcurrentHashMap<>();
    private final Labels labels = new Labels();
    private final List<RepositoryListener> listeners = new CopyOnWriteArrayList<>();
    private final boolean strictReadiness;
    private volatile Phase phase = Phase.SCANNING;
    private volatile boolean stopping;
    private volatile boolean readsMetadata;
    private boolean readyAnnounced;

    Catalog(boolean strictReadiness) {
        this.strictReadiness = strictReadiness;
    }

    void addListener(RepositoryListener listener) {
        listeners.add(listener);
    }

    /**
     * A lease, or why there is none.
     *
     * <p>A version is taken out of its view before it is retired. So a version that was read here and cannot be retained
     * any more is gone from the view that the next turn reads, and the loop ends.
     */
    Resolution acquire(String model, String version) {
        while (true) {
            Resolution found = resolve(model, version);
            if (!(found instanceof ServedVersion served) || served.retain()) {
                return found;
            }
        }
    }

    /** As {@link #acquire}, without taking a lease: the version found may be closed at any moment. */
    private Resolution resolve(String model, String version) {
        if (stopping) {
            return Refusals.STOPPING;
        }
        if (version.isEmpty()) {
            ModelView view = views.get(model);
            ServedVersion newest = view == null ? null : view.newest();
            return newest == null ? refusal(model, view) : newest;
        }
        long number = VersionText.parse(version);
        if (number < 0 && VersionLabels.isLabel(version)) {
            return resolveLabel(model, version);
        }
        if (number < 0) {
            return number == VersionText.NEGATIVE ? Refusals.negative(version) : Refusals.notANumber(version);
        }
        ModelView view = views.get(model);
        return view == null ? refusal(model, null) : resolve(view, number);
    }

    private Resolution resolveLabel(String model, String label) {
        ModelView view = views.get(model);
        if (view == null) {
            return refusal(model, null);
        }
        OptionalLong version = labels.version(model, configured(view), label);
        if (version.isEmpty()) {
            return view.newest() == null
                    ? refusal(model, view)
                    : Refusals.unknownLabel(model, label, labels(model).keySet());
        }
        Resolution found = resolve(view, version.getAsLong());
        return found instanceof Refusal refusal ? Refusals.labelled(refusal, model, label, version.getAsLong()) : found;
    }

    /** All versions of a model have one configuration; while none is served nobody can use a label. */
    private static Map<String, Long> configured(@Nullable ModelView view) {
        ServedVersion newest = view == null ? null : view.newest();
        return newest == null ? Map.of() : newest.labels();
    }

    /** The versions of a model by label; empty for a model that is not known. */
    Map<String, Long> labels(String model) {
        return labels.all(model, configured(views.get(model)));
    }

    /** Has {@code label} stand for {@code version}. */
    void setLabel(String label, ServedVersion version) {
        labels.set(version.model(), label, version.version());
    }

    /** What the label stood for; empty if there was none. */
    OptionalLong removeLabel(String model, String label) {
        OptionalLong before = labels.version(model, configured(views.get(model)), label);
        if (before.isPresent()) {
            labels.remove(model, label);
        }
        return before;
    }

    /** How the requests of a model go to its versions, by its configuration. */
    TrafficSettings traffic(String model) {
        return configuredTraffic(views.get(model));
    }

    private static TrafficSettings configuredTraffic(@Nullable ModelView view) {
        ServedVersion newest = view == null ? null : view.newest();
        return newest == null ? TrafficSettings.NONE : newest.traffic();
    }

    /** Whether any model was ever served whose configuration looks at requests' metadata. */
    boolean readsMetadata() {
        return readsMetadata;
    }

    boolean isReady() {
        return phase == Phase.STARTED
                && !stopping
                && (!strictReadiness || views.values().stream().allMatch(ModelView::isFit));
    }

    List<ModelIndex> index() {
        return views.values().stream()
                .map(ModelView::index)
                .sorted(Comparator.comparing(ModelIndex::name))
                .toList();
    }

    boolean isStopping() {
        return stopping;
    }

    /** From now on nothing is acquired; true for the first caller. Any thread. */
    synchronized boolean stop() {
        boolean first = !stopping;
        stopping = true;
        return first;
    }

    List<ModelView> views() {
        return List.copyOf(views.values());
    }

    /** Replaces one version's entry of a known model. */
    void publish(String model, VersionSlot slot) {
        ModelView view = views.get(model);
        if (view == null) {
            throw new IllegalStateException("model '" + model + "' is not in the catalog");
        }
        publish(view.with(slot));
    }

    void publish(ModelView view) {
        // First, so that no request finds the model and not its metadata.
        if (!configuredTraffic(view).sticky().metadata().isEmpty()) {
            readsMetadata = true;
        }
        ModelView before = views.put(view.name(), view);
        if (before == null || !view.ready().equals(before.ready())) {
            for (RepositoryListener each : listeners) {
                tell(() -> each.modelChanged(view.name(), view.newest() != null));
            }
        }
        announceReadiness();
    }

    /** Forgets a model of which nothing is open. */
    void remove(String model) {
        views.remove(model);
        for (RepositoryListener each : listeners) {
            tell(() -> each.modelGone(model));
        }
        announceReadiness();
    }

    /** What requests see of a model; null of one that is not known. */
    @Nullable
    ModelView view(String model) {
        return views.get(model);
    }

    void enter(Phase next) {
        phase = next;
        announceReadiness();
    }

    /** Tells the listeners if the whole server's readiness has changed. */
    void announceReadiness() {
        boolean ready = isReady();
        if (ready != readyAnnounced) {
            readyAnnounced = ready;
            listeners.forEach(each -> tell(() -> each.serverChanged(ready)));
        }
    }

    private Resolution resolve(ModelView view, long number) {
        VersionSlot slot = view.version(number);
        if (slot == null) {
            return Refusals.unknownVersion(view.name(), number, view.reason());
        }
        ServedVersion served = slot.served();
        return served == null ? Refusals.notReady(view.name(), number, slot.reason()) : served;
    }

    /** Whether every model has been tried that was to be loaded at start. */
    boolean isStarted() {
        return phase == Phase.STARTED;
    }

    /** Triton answers nothing before all is loaded; until then what is not ready may become so. */
    private Refusal refusal(String model, @Nullable ModelView view) {
        if (view == null) {
            return phase == Phase.SCANNING ? Refusals.NOT_STARTED : Refusals.unknownModel(model);
        }
        return phase != Phase.STARTED && view.isLoading()
                ? Refusals.NOT_STARTED
                : Refusals.noVersion(model, view.anyReason());
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            log.error("A listener of the model repository failed", e);
        }
    }
}
