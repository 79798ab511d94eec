package dev.tern.server.repository;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What requests see of a model: immutable, replaced whole by the control thread. */
final class ModelView {
    private final String name;
    private final String repository;
    private final String reason;
    private final List<VersionSlot> versions;
    private final @Nullable ServedVersion newest;
    private final boolean allReady;

    private ModelView(String name, String repository, String reason, List<VersionSlot> versions) {
        this.name = name;
        this.repository = repository;
        this.reason = reason;
        this.versions = List.copyOf(versions);
        ServedVersion last = null;
        for (VersionSlot each : this.versions) {
            last = each.served() == null ? last : each.served();
        }
        this.newest = last;
        this.allReady = last != null && this.versions.stream().allMatch(each -> each.served() != null);
    }

    /** The model as it was found: every version to be loaded, or the reason why there is none. */
    static ModelView found(ModelPlan plan) {
        return new ModelView(
                plan.name(),
                plan.repository().toString(),
                plan.reason(),
                plan.versions().stream().sorted().map(VersionSlot::loading).toList());
    }

    /** This model with one version's entry replaced. */
    ModelView with(VersionSlot slot) {
        List<VersionSlot> changed = new ArrayList<>(versions);
        changed.removeIf(each -> each.version() == slot.version());
        changed.add(slot);
        changed.sort(Comparator.comparingLong(VersionSlot::version));
        return new ModelView(name, repository, reason, changed);
    }

    String name() {
        return name;
    }

    String reason() {
        return reason;
    }

    /** Ascending. */
    List<VersionSlot> versions() {
        return versions;
    }

    /** The highest version that is ready. */
    @Nullable
    ServedVersion newest() {
        return newest;
    }

    @Nullable
    VersionSlot version(long number) {
        for (int i = 0; i < versions.size(); i++) {
            if (versions.get(i).version() == number) {
                return versions.get(i);
            }
        }
        return null;
    }

    /** Whether there is something to serve and all of it is served. */
    boolean allReady() {
        return allReady;
    }

    boolean isLoading() {
        return versions.stream().anyMatch(each -> each.state() == VersionState.LOADING);
    }

    /** The first reason there is, the model's own before its versions'. */
    String anyReason() {
        return reason.isEmpty()
                ? versions.stream()
                        .map(VersionSlot::reason)
                        .filter(each -> !each.isEmpty())
                        .findFirst()
                        .orElse("")
                : reason;
    }

    ModelIndex index() {
        return new ModelIndex(
                name,
                repository,
                reason,
                versions.stream().map(VersionSlot::index).toList());
    }
}
