package dev.tern.server.repository;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What requests see of a model: immutable, replaced whole by the control thread. */
final class ModelView {
    private final String name;
    private final String repository;
    private final String reason;
    private final List<VersionSlot> versions;
    private final boolean expected;
    private final @Nullable ServedVersion newest;

    /** @param expected whether the server is not ready, if it is strict, without this model */
    private ModelView(
            String name, String repository, String reason, Collection<VersionSlot> versions, boolean expected) {
        this.name = name;
        this.repository = repository;
        this.reason = reason;
        this.versions = versions.stream()
                .sorted(Comparator.comparingLong(VersionSlot::version))
                .toList();
        this.expected = expected;
        ServedVersion last = null;
        for (VersionSlot each : this.versions) {
            last = each.served() == null ? last : each.served();
        }
        this.newest = last;
    }

    /** The model as it was found at start: every version to be loaded, or the reason why there is none. */
    static ModelView found(ModelPlan plan) {
        return new ModelView(
                plan.name(),
                plan.repository().toString(),
                plan.reason(),
                plan.versions().stream().map(VersionSlot::loading).toList(),
                true);
    }

    /** A model that turned up after the start: the server was ready without it. */
    static ModelView later(ModelPlan plan) {
        return new ModelView(plan.name(), plan.repository().toString(), plan.reason(), List.of(), false);
    }

    /** This model as one that is being loaded: why it could not be before says nothing any more. */
    ModelView tried() {
        return new ModelView(name, repository, "", versions, expected);
    }

    /** This model with one version's entry replaced. */
    ModelView with(VersionSlot slot) {
        List<VersionSlot> changed = new ArrayList<>(versions);
        changed.removeIf(each -> each.version() == slot.version());
        changed.add(slot);
        return new ModelView(name, repository, reason, changed, expected);
    }

    /** This model with versions that are served together from now on, and what is left of others. */
    ModelView serving(ModelPlan plan, Collection<VersionSlot> slots) {
        return new ModelView(name, plan.repository().toString(), "", slots, true);
    }

    /** This model as one that nobody wants any more. */
    ModelView unloaded(Collection<VersionSlot> slots) {
        return new ModelView(name, repository, "", slots, false);
    }

    /** This model as one of which nothing could be loaded. */
    ModelView unavailable(ModelPlan plan) {
        return new ModelView(name, plan.repository().toString(), plan.reason(), List.of(), expected);
    }

    /** This model after it could not be changed: what is served, is served on. */
    ModelView notChanged(String why) {
        return new ModelView(
                name,
                repository,
                reason,
                versions.stream()
                        .map(each -> each.served() == null ? each : each.notChanged(why))
                        .toList(),
                expected);
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

    /** What answers as this version; null if nothing does. */
    @Nullable
    ServedVersion served(long number) {
        VersionSlot slot = version(number);
        return slot == null ? null : slot.served();
    }

    /** All that answer, ascending. */
    List<ServedVersion> served() {
        return versions.stream()
                .map(VersionSlot::served)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The numbers of those. */
    Set<Long> ready() {
        return versions.stream()
                .filter(each -> each.served() != null)
                .map(VersionSlot::version)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Whether a strict server may be ready, as far as this model goes: it is served, or nobody wants it to be. A version
     * that is being loaded, or failed to, beside others that are served takes nothing away from anybody.
     */
    boolean isFit() {
        return !expected || newest != null;
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
