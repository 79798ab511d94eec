package dev.tern.server.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The server's meters. Any thread may scrape; recorders are opened and closed when model versions come and go. */
public final class Telemetry implements AutoCloseable {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Outcomes outcomes;
    private final Map<Enum<?>, Counter> unresolved;
    private final Map<String, MeterGroup> open = new HashMap<>();

    /**
     * Meters of this process, and none of a model yet.
     *
     * @param outcomes what requests can come to
     * @param version of this build
     * @param nettyDirectBytes what the pool holds, asked at each scrape
     * @param nettyDirectInUseBytes what of it is in buffers in use, asked at each scrape
     */
    public Telemetry(
            Outcomes outcomes, String version, LongSupplier nettyDirectBytes, LongSupplier nettyDirectInUseBytes) {
        this.outcomes = outcomes;
        Gauge.builder(TernMeter.BUILD_INFO.id(), () -> 1)
                .description(TernMeter.BUILD_INFO.meaning())
                .tag("version", version)
                .tag("java", Runtime.version().toString())
                .register(registry);
        this.unresolved = Arrays.stream(outcomes.failures().getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(kind -> kind, this::unresolved));
        bytes(TernMeter.NETTY_DIRECT_MEMORY, nettyDirectBytes);
        bytes(TernMeter.NETTY_DIRECT_IN_USE, nettyDirectInUseBytes);
        bindProcess();
    }

    private Counter unresolved(Enum<?> kind) {
        return Counter.builder(TernMeter.UNRESOLVED_REQUESTS.id())
                .description(TernMeter.UNRESOLVED_REQUESTS.meaning())
                .tag("outcome", kind.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    /** A request was refused before any model version was found for it: no name that callers make up is a label. */
    public void unresolvedRequest(Enum<?> kind) {
        Objects.requireNonNull(unresolved.get(kind), kind.name()).increment();
    }

    private void bytes(TernMeter meter, LongSupplier value) {
        Gauge.builder(meter.id(), value::getAsLong)
                .description(meter.meaning())
                .baseUnit("bytes")
                .register(registry);
    }

    private void bindProcess() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /**
     * Opens the meters of one model version, at zero and not ready. While the same version is open twice, as during a
     * reload, both write to the same meters; they go with the last one closed.
     */
    public ModelRecorder recorder(String model, String version) {
        String key = "version\n" + model + '\n' + version;
        ModelMeters meters = open(key, ModelMeters.class, () -> new ModelMeters(registry, outcomes, model, version));
        return new ModelRecorder(meters, () -> close(key, meters));
    }

    /** As {@link #recorder}, of the response cache. */
    public CacheRecorder cacheRecorder(String model, String version) {
        String key = "cache\n" + model + '\n' + version;
        CacheMeters meters = open(key, CacheMeters.class, () -> new CacheMeters(registry, model, version));
        return new CacheRecorder(meters, () -> close(key, meters));
    }

    /** As {@link #recorder}, of what the response cache keeps of all of a model's versions. */
    public CacheSpaceRecorder cacheSpaceRecorder(String model) {
        String key = "cache space\n" + model;
        CacheSpaceMeters meters =
                open(key, CacheSpaceMeters.class, () -> new CacheSpaceMeters(registry, outcomes.evictions(), model));
        return new CacheSpaceRecorder(meters, () -> close(key, meters));
    }

    /**
     * As {@link #recorder}, of the model's rollouts.
     *
     * @param states a rollout can be in
     */
    public RolloutRecorder rolloutRecorder(String model, Class<? extends Enum<?>> states) {
        String key = "rollout\n" + model;
        RolloutMeters meters = open(key, RolloutMeters.class, () -> new RolloutMeters(registry, states, model));
        return new RolloutRecorder(meters, () -> close(key, meters));
    }

    /**
     * As {@link #recorder}, of the copies that a candidate gets.
     *
     * @param copyOutcomes what can become of a copy
     */
    public ShadowRecorder shadowRecorder(String model, String version, Class<? extends Enum<?>> copyOutcomes) {
        String key = "shadow\n" + model + '\n' + version;
        ShadowMeters meters =
                open(key, ShadowMeters.class, () -> new ShadowMeters(registry, copyOutcomes, model, version));
        return new ShadowRecorder(meters, () -> close(key, meters));
    }

    /** As {@link #recorder}, of the drift monitor, with the names of what it monitors. */
    public DriftRecorder driftRecorder(String model, String version, List<String> features) {
        String key = "drift\n" + model + '\n' + version;
        DriftMeters meters = open(key, DriftMeters.class, () -> new DriftMeters(registry, model, version));
        List<DriftFeatureMeters> ofFeatures = features.stream()
                .map(each -> open(
                        key + '\n' + each,
                        DriftFeatureMeters.class,
                        () -> new DriftFeatureMeters(registry, model, version, each)))
                .toList();
        return new DriftRecorder(
                meters, ofFeatures.stream().map(DriftFeatureMeters::open).toList(), () -> {
                    close(key, meters);
                    for (int i = 0; i < ofFeatures.size(); i++) {
                        close(key + '\n' + features.get(i), ofFeatures.get(i));
                    }
                });
    }

    /** Says how much memory kept answers may take; once. */
    public void cacheMemory(long maxBytes) {
        bytes(TernMeter.CACHE_MEMORY_MAX, () -> maxBytes);
    }

    <G extends MeterGroup> G open(String key, Class<G> type, Supplier<G> maker) {
        synchronized (open) {
            G meters = type.cast(open.computeIfAbsent(key, it -> maker.get()));
            meters.retain();
            return meters;
        }
    }

    /** The meters of Redis, with what can become of what is asked of it; once. */
    public RedisTelemetry redis(RedisOutcomes redisOutcomes) {
        return new RedisTelemetry(this, registry, redisOutcomes);
    }

    void close(String key, MeterGroup meters) {
        synchronized (open) {
            if (meters.release()) {
                open.remove(key);
                meters.remove();
            }
        }
    }

    /**
     * Every meter's value now: as OpenMetrics if {@code accept} names it, else in Prometheus' text format.
     *
     * @param accept an HTTP request's Accept header; may be empty
     */
    public Scrape scrape(String accept) {
        String type = accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
        return new Scrape(type, registry.scrape(type));
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
