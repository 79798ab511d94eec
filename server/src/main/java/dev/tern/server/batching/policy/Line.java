package dev.tern.server.batching.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Requests of one level in order of arrival, those that may share a run beside each other. */
final class Line<E extends Waiting> {
    private final Map<Object, Group<E>> byKey = new HashMap<>();
    private final List<Group<E>> open = new ArrayList<>();

    /** The group of the last request, which most often is that of the next. */
    private @Nullable Group<E> last;

    /** Requests that may share a run, oldest first, and what they bring together. */
    static final class Group<E extends Waiting> {
        final Object key;
        final ArrayDeque<E> entries = new ArrayDeque<>();
        long rows;

        Group(Object key) {
            this.key = key;
        }

        /** When the oldest came; the group is not empty. */
        long oldestNanos() {
            return entries.getFirst().enqueuedNanos();
        }
    }

    void add(E entry) {
        Group<E> group = last;
        if (group == null || !group.key.equals(entry.group())) {
            if (group != null && group.entries.isEmpty()) {
                byKey.remove(group.key);
            }
            group = byKey.computeIfAbsent(entry.group(), Group::new);
            last = group;
        }
        if (group.entries.isEmpty()) {
            open.add(group);
        }
        group.entries.add(entry);
        group.rows += entry.rows();
    }

    /** The groups that hold requests, in no order. */
    List<Group<E>> open() {
        return open;
    }

    @Nullable
    Group<E> group(Object key) {
        Group<E> likely = last;
        return likely != null && likely.key.equals(key) ? likely : byKey.get(key);
    }

    /** The group of the oldest request; the line is not empty. */
    Group<E> oldest() {
        Group<E> oldest = open.get(0);
        for (int i = 1; i < open.size(); i++) {
            Group<E> other = open.get(i);
            oldest = other.oldestNanos() - oldest.oldestNanos() < 0 ? other : oldest;
        }
        return oldest;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Removes those that {@code leaves} says yes to. */
    void removeIf(Group<E> group, Predicate<E> leaves) {
        boolean removed = group.entries.removeIf(entry -> {
            boolean leave = leaves.test(entry);
            if (leave) {
                group.rows -= entry.rows();
            }
            return leave;
        });
        if (removed) {
            forgetIfEmpty(group);
        }
    }

    /** Removes those of all groups that {@code leaves} says yes to. */
    void removeIf(Predicate<E> leaves) {
        for (int i = open.size() - 1; i >= 0; i--) {
            removeIf(open.get(i), leaves);
        }
    }

    /** To be called after requests were taken out of {@code group}. */
    void forgetIfEmpty(Group<E> group) {
        if (group.entries.isEmpty()) {
            open.remove(group);
            // Callers can make up any number of shapes: an empty group is kept only while it is the last one used.
            if (group != last) {
                byKey.remove(group.key);
            }
        }
    }
}
