package dev.tern.server.repository;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What models' labels stand for: what was set while the server runs, else what the configuration says. Any thread; who
 * looks up takes no lock.
 */
final class Labels {
    /** In place of a version: the configuration's label is removed. */
    private static final long REMOVED = -1;

    private final ConcurrentMap<String, Map<String, Long>> changed = new ConcurrentHashMap<>();

    /** @param configured the versions by label as the model's configuration has them */
    OptionalLong version(String model, Map<String, Long> configured, String label) {
        Map<String, Long> ofModel = changed.get(model);
        Long version = ofModel == null ? null : ofModel.get(label);
        if (version == null) {
            version = configured.get(label);
        }
        return version == null || version == REMOVED ? OptionalLong.empty() : OptionalLong.of(version);
    }

    /** The versions by label, in the labels' order. */
    Map<String, Long> all(String model, Map<String, Long> configured) {
        Map<String, Long> all = new TreeMap<>(configured);
        all.putAll(changed.getOrDefault(model, Map.of()));
        all.values().removeIf(version -> version == REMOVED);
        return Collections.unmodifiableMap(all);
    }

    /** From now on; it stays whatever the configuration comes to say. */
    void set(String model, String label, long version) {
        changed.merge(model, Map.of(label, version), Labels::joined);
    }

    /** From now on the label stands for nothing, whatever the configuration says. */
    void remove(String model, String label) {
        set(model, label, REMOVED);
    }

    private static Map<String, Long> joined(Map<String, Long> before, Map<String, Long> more) {
        Map<String, Long> joined = new TreeMap<>(before);
        joined.putAll(more);
        return Collections.unmodifiableMap(joined);
    }
}
