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
        return version(changed.getOrDefault(model, Map.of()), configured, label);
    }

    private static OptionalLong version(Map<String, Long> ofModel, Map<String, Long> configured, String label) {
        Long version = ofModel.getOrDefault(label, configured.get(label));
        return version == null || version == REMOVED ? OptionalLong.empty() : OptionalLong.of(version);
    }

    /** The versions by label, in the labels' order. */
    Map<String, Long> all(String model, Map<String, Long> configured) {
        Map<String, Long> all = new TreeMap<>(configured);
        all.putAll(changed.getOrDefault(model, Map.of()));
        all.values().removeIf(version -> version == REMOVED);
        return Collections.unmodifiableMap(all);
    }

    /**
     * From now on; it stays whatever the configuration comes to say. What the label stood for until then: of two who set it
     * at the same time, one is told what the other has set.
     */
    OptionalLong set(String model, Map<String, Long> configured, String label, long version) {
        return change(model, configured, label, version, true);
    }

    /** From now on the label stands for nothing, whatever the configuration says. What it stood for; empty if for nothing. */
    OptionalLong remove(String model, Map<String, Long> configured, String label) {
        return change(model, configured, label, REMOVED, false);
    }

    /** @param isNew whether a label that stands for nothing is changed, too */
    private synchronized OptionalLong change(
            String model, Map<String, Long> configured, String label, long version, boolean isNew) {
        Map<String, Long> known = changed.getOrDefault(model, Map.of());
        OptionalLong before = version(known, configured, label);
        if (isNew || before.isPresent()) {
            Map<String, Long> more = new TreeMap<>(known);
            more.put(label, version);
            changed.put(model, Collections.unmodifiableMap(more));
        }
        return before;
    }
}
