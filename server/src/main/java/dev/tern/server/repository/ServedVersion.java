package dev.tern.server.repository;

import dev.tern.proto.inference.ModelConfig;
import dev.tern.server.predict.DriftWatch;
import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Origin;
import dev.tern.server.predict.OutcomeObserver;
import dev.tern.server.predict.Predictor;
import dev.tern.server.predict.SchedulingState;
import dev.tern.server.predict.ServingStatistics;
import dev.tern.server.predict.TrafficSettings;
import dev.tern.server.repository.config.ParameterKeys;
import dev.tern.server.repository.config.TrafficConfig;
import dev.tern.server.repository.config.VersionLabels;
import dev.tern.server.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A version that answers requests, counted by its leases.
 *
 * <p>{@link ModelRepository#acquire} returns this object with one lease on it; whoever acquired calls {@link #release}
 * once, after its last use of anything it got from here. The repository holds one reference of its own and drops it when
 * the version is retired. The count reaches 0 once and never leaves it: nobody can acquire from then on, and the version
 * is closed.
 */
public final class ServedVersion implements Resolution {
    private final String model;
    private final long version;
    private final Version loaded;
    private volatile ModelConfig config;
    private final Predictor predictor;
    private final ClassLabels classLabels;
    private volatile Map<String, Long> labels;
    private volatile TrafficSettings traffic;
    private volatile List<String> warnings;
    private final Consumer<ServedVersion> onUnused;
    /** The same in versions whose sessions are the same. */
    private final Object weights;

    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean retired = new AtomicBoolean();
    private volatile @Nullable OutcomeObserver observer;

    /** {@code onUnused} runs once, on the thread that gives the last reference back. */
    ServedVersion(
            String model,
            long version,
            Version loaded,
            ClassLabels classLabels,
            List<String> configWarnings,
            Consumer<ServedVersion> onUnused) {
        this(model, version, loaded, classLabels, configWarnings, onUnused, new Object());
    }

    private ServedVersion(
            String model,
            long version,
            Version loaded,
            ClassLabels classLabels,
            List<String> configWarnings,
            Consumer<ServedVersion> onUnused,
            Object weights) {
        this.model = model;
        this.version = version;
        this.loaded = loaded;
        this.config = loaded.config();
        this.predictor = loaded.predictor();
        this.classLabels = classLabels;
        this.labels = VersionLabels.of(config);
        this.traffic = TrafficConfig.of(config);
        this.warnings = warnings(configWarnings, loaded);
        this.onUnused = onUnused;
        this.weights = weights;
    }

    /**
     * This version with other instances in the same sessions; empty where it can only be loaded. Blocks, on a loader thread
     * that has a lease.
     *
     * @param source as {@code plan} has it
     */
    Optional<ServedVersion> withInstances(VersionSource source, ModelPlan plan, Consumer<ServedVersion> whenUnused)
            throws VersionLoadException {
        Optional<ServedVersion> other = loaded.withInstances(source)
                .map(made ->
                        new ServedVersion(model, version, made, classLabels, plan.warnings(), whenUnused, weights));
        other.ifPresent(each -> each.follow(plan));
        return other;
    }

    private static List<String> warnings(List<String> ofConfig, Version loaded) {
        List<String> all = new ArrayList<>(ofConfig);
        all.addAll(loaded.warnings());
        return List.copyOf(all);
    }

    public String model() {
        return model;
    }

    public long version() {
        return version;
    }

    /** The configuration in force, auto-completed. */
    public ModelConfig config() {
        return config;
    }

    public Predictor predictor() {
        return predictor;
    }

    /** What the classes of its outputs are called. */
    public ClassLabels classLabels() {
        return classLabels;
    }

    /** {@link Version#background}. */
    public Predictor background() {
        return loaded.background();
    }

    /** How the model's requests go to its versions, as this version's configuration has it. */
    public TrafficSettings traffic() {
        return traffic;
    }

    /**
     * Takes over what {@code plan} says of which versions there are and which answers, and the warnings: all else is equal.
     * On the control thread, or before others see this version.
     */
    void follow(ModelPlan plan) {
        ModelConfig planned = plan.config();
        ModelConfig.Builder changed = config.toBuilder().setVersionPolicy(planned.getVersionPolicy());
        config.getParametersMap().keySet().stream()
                .filter(ParameterKeys::isOfRouting)
                .forEach(changed::removeParameters);
        planned.getParametersMap().forEach((key, value) -> {
            if (ParameterKeys.isOfRouting(key)) {
                changed.putParameters(key, value);
            }
        });
        config = changed.build();
        labels = VersionLabels.of(config);
        traffic = TrafficConfig.of(config);
        warnings = warnings(plan.warnings(), loaded);
    }

    /** How its requests are scheduled at this moment. */
    public SchedulingState scheduling() {
        return loaded.scheduling();
    }

    /** What it has done since it was loaded. */
    public ServingStatistics statistics() {
        return loaded.statistics();
    }

    /**
     * {@link Version#succeeded}; to be told before the request's lease is given back.
     *
     * @param named whether the request named this version, which its observer is not told of
     */
    public void succeeded(Origin origin, long nanos, boolean named) {
        loaded.succeeded(origin, nanos);
        OutcomeObserver told = observer;
        if (told != null && !named) {
            told.succeeded(origin, nanos);
        }
    }

    /**
     * {@link Version#failed}; to be told before the request's lease is given back.
     *
     * @param named whether the request named this version, which its observer is not told of
     */
    public void failed(Failure.Kind kind, long nanos, boolean named) {
        loaded.failed(kind, nanos);
        OutcomeObserver told = observer;
        if (told != null && !named) {
            told.failed(kind, nanos);
        }
    }

    /** Has {@code listener}, in place of any other, told from now on of every request that named no version; null for nobody. Any thread. */
    public void observe(@Nullable OutcomeObserver listener) {
        observer = listener;
    }

    /** {@link Version#clearCache}. */
    OptionalLong clearCache() {
        return loaded.clearCache();
    }

    /** {@link Version#sharedCache}. */
    public Optional<SharedCache> sharedCache() {
        return loaded.sharedCache();
    }

    /** {@link Version#drift}. */
    public Optional<DriftWatch> drift() {
        return loaded.drift();
    }

    /** {@link Version#readsInputsOnce}. */
    public boolean readsInputsOnce() {
        return loaded.readsInputsOnce();
    }

    /** Inputs of requests that it may take, as callers would send them. */
    public List<List<Tensor>> samples() {
        return loaded.samples();
    }

    /** One more lease for who holds one or warms the version up; to be released like any other. */
    public ServedVersion lease() {
        if (!retain()) {
            throw new IllegalStateException("version " + version + " of model '" + model + "' is closed");
        }
        return this;
    }

    /** Gives a lease back. Any thread, never blocks. */
    public void release() {
        int left = references.decrementAndGet();
        if (left == 0) {
            onUnused.accept(this);
        } else if (left < 0) {
            throw new IllegalStateException("version " + version + " of model '" + model + "' was released too often");
        }
    }

    /** One more lease; false once the last reference is gone. */
    boolean retain() {
        while (true) {
            int count = references.get();
            if (count <= 0) {
                return false;
            }
            if (references.compareAndSet(count, count + 1)) {
                return true;
            }
        }
    }

    /** Drops the repository's own reference; a second time does nothing. */
    void retire() {
        if (retired.compareAndSet(false, true)) {
            release();
        }
    }

    /** How many have not given their lease back. */
    int leases() {
        return references.get() - (retired.get() ? 0 : 1);
    }

    /** The model's versions by label, as this version's configuration has them. */
    Map<String, Long> labels() {
        return labels;
    }

    List<String> warnings() {
        return warnings;
    }

    /** Equal in versions whose sessions are the same, and in no others. */
    Object weights() {
        return weights;
    }

    int instances() {
        return loaded.instances();
    }

    void close() {
        loaded.close();
    }

    @Override
    public String toString() {
        return model + "/" + version;
    }
}
