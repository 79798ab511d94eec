package dev.tern.server.traffic;

import dev.tern.server.predict.InferenceRequest;
import dev.tern.server.predict.Reply;
import dev.tern.server.predict.TrafficSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the requests of all models go to their versions: as was set while the server runs, else as the models'
 * configurations say. Any thread; who asks for a request takes no lock.
 */
public final class Traffic {
    /** Parameters that mean something to the server; any other that only says whose request it is goes no further. */
    private static final Set<String> WITH_A_MEANING =
            Set.of("sequence_id", "sequence_start", "sequence_end", "priority", "timeout", "tern_cache");

    private static final double WHOLE = 100;

    private final Function<String, TrafficSettings> configured;
    private final DoubleSupplier random;
    private final Shadows shadows;

    /** By model; replaced whole, under this object's lock. */
    private volatile Map<String, TrafficSettings> changed = Map.of();

    private volatile boolean readsMetadata;

    /**
     * @param configured what a model's configuration says; {@link TrafficSettings#NONE} of one that is not known
     * @param random at least 0 and less than 1, evenly; any thread
     * @param shadows sends the copies
     */
    public Traffic(Function<String, TrafficSettings> configured, DoubleSupplier random, Shadows shadows) {
        this.configured = configured;
        this.random = random;
        this.shadows = shadows;
    }

    /** What is in force for a model. */
    public TrafficSettings settings(String model) {
        TrafficSettings set = changed.get(model);
        return set == null ? configured.apply(model) : set;
    }

    /** As {@link #settings(String)}, for who knows what the model's configuration says. */
    public TrafficSettings settings(String model, TrafficSettings ofConfig) {
        Map<String, TrafficSettings> all = changed;
        TrafficSettings set = all.isEmpty() ? null : all.get(model);
        return set == null ? ofConfig : set;
    }

    /** Whether what is in force was set while the server runs. */
    public boolean isSet(String model) {
        return changed.containsKey(model);
    }

    /** From the next request on, until it is set again or reset, or the server ends. */
    public void set(String model, TrafficSettings settings) {
        TrafficSettings unused = change(model, before -> settings);
    }

    /**
     * Sets what {@code change} makes of what is in force, in one step. A shadow that gets copies and is another version than
     * before, or had been turned off, has its copies counted anew.
     *
     * @return what is in force now
     */
    public synchronized TrafficSettings change(String model, UnaryOperator<TrafficSettings> change) {
        TrafficSettings before = settings(model);
        TrafficSettings now = change.apply(before);
        // First, so that no request finds the settings and not its metadata.
        if (!now.sticky().metadata().isEmpty()) {
            readsMetadata = true;
        }
        Map<String, TrafficSettings> all = new HashMap<>(changed);
        all.put(model, now);
        changed = Map.copyOf(all);
        countAnew(model, before.shadow(), now.shadow());
        return now;
    }

    /** Back to what the model's configuration says, which is returned. */
    public synchronized TrafficSettings reset(String model) {
        Map<String, TrafficSettings> all = new HashMap<>(changed);
        TrafficSettings before = all.remove(model);
        changed = Map.copyOf(all);
        TrafficSettings now = configured.apply(model);
        if (before != null) {
            countAnew(model, before.shadow(), now.shadow());
        }
        return now;
    }

    private void countAnew(String model, TrafficSettings.Shadow before, TrafficSettings.Shadow now) {
        if (now.isOn() && !now.version().equals(before.version())) {
            shadows.forget(model);
        }
    }

    /** Whether anything that was set looks at requests' metadata. */
    public boolean readsMetadata() {
        return readsMetadata;
    }

    /**
     * What {@code acquire} finds of the version that is drawn for a request, or of the next one where it finds nothing; null
     * where it finds nothing at all, or there is no split.
     */
    public <T> @Nullable T drawn(
            String model,
            TrafficSettings settings,
            @Nullable String stickyValue,
            Function<String, @Nullable T> acquire) {
        if (settings.split().isEmpty()) {
            return null;
        }
        Draw draw = draw(model, settings, stickyValue);
        for (String version = draw.next(); version != null; version = draw.next()) {
            T found = acquire.apply(version);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** A request without what only says whose it is: that has no part in the answer, and the cache would keep one for each. */
    public static InferenceRequest anonymous(TrafficSettings settings, InferenceRequest request) {
        String parameter = settings.sticky().parameter();
        if (parameter.isEmpty() || !request.parameters().containsKey(parameter) || WITH_A_MEANING.contains(parameter)) {
            return request;
        }
        Map<String, Object> others = new HashMap<>(request.parameters());
        others.remove(parameter);
        return new InferenceRequest(
                request.model(), request.id(), request.inputs(), request.outputs(), others, request.call());
    }

    /** A draw of the version for a request; only where there is a split. */
    Draw draw(String model, TrafficSettings settings, @Nullable String stickyValue) {
        double point = stickyValue == null ? random.getAsDouble() : Stickiness.point(model, stickyValue);
        return new Draw(settings.split(), point);
    }

    /**
     * The reply to give a request's answer to: {@code reply}, or one that has the request copied when it is answered.
     *
     * @param version the number of the one that answers
     */
    public Reply copying(TrafficSettings settings, long version, InferenceRequest request, Reply reply) {
        TrafficSettings.Shadow shadow = settings.shadow();
        return shadow.isOn() && random.getAsDouble() * WHOLE < shadow.percent()
                ? shadows.copying(shadow, version, request, reply)
                : reply;
    }

    /** What came of a model's copies. */
    public ShadowState shadow(String model) {
        return shadows.state(model);
    }

    /** Has {@code listener} told of every comparison from now on. */
    public void addListener(ShadowListener listener) {
        shadows.addListener(listener);
    }
}
