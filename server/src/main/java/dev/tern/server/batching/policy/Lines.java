package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Line.Group;
import java.util.ArrayList;
import java.util.List;

/** All lines of a waiting room, two for each level: its own, and then those whose time was over. */
final class Lines<E extends Waiting> {
    private final List<Line<E>> lines = new ArrayList<>();

    Lines(int levels) {
        for (int i = 0; i < 2 * levels; i++) {
            lines.add(new Line<>());
        }
    }

    int count() {
        return lines.size();
    }

    Line<E> get(int at) {
        return lines.get(at);
    }

    /** The first that holds any; {@link #count} if none does. */
    int first() {
        int at = 0;
        while (at < lines.size() && lines.get(at).isEmpty()) {
            at++;
        }
        return at;
    }

    boolean hasOnly(Object key) {
        for (int i = 0; i < lines.size(); i++) {
            List<Group<E>> open = lines.get(i).open();
            if (open.size() > 1 || (open.size() == 1 && !open.get(0).key.equals(key))) {
                return false;
            }
        }
        return true;
    }

    /** The rows of a group in all lines. */
    long rows(Object key) {
        long rows = 0;
        for (int i = 0; i < lines.size(); i++) {
            Group<E> group = lines.get(i).group(key);
            rows += group == null ? 0 : group.rows;
        }
        return rows;
    }

    /** The first deadline or timeout of all; {@link Waiting#NO_DEADLINE} if there is none. */
    long earliestExpiryNanos() {
        long earliest = Waiting.NO_DEADLINE;
        for (int i = 0; i < lines.size(); i++) {
            for (Group<E> group : lines.get(i).open()) {
                for (E entry : group.entries) {
                    earliest = Math.min(earliest, entry.deadlineNanos());
                    earliest = i % 2 == 0 ? Math.min(earliest, entry.timeoutNanos()) : earliest;
                }
            }
        }
        return earliest;
    }
}
