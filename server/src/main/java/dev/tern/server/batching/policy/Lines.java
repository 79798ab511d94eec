package dev.tern.server.batching.policy;

import dev.tern.server.batching.policy.Line.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where the requests of one model version wait, in the order in which they are served: level 1, those of level 1 whose
 * time was over and that are to be served all the same ({@code DELAY}), level 2, and so on.
 */
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

    /** The line that new requests of {@code level} wait in. */
    Line<E> ofLevel(int level) {
        return lines.get(2 * (level - 1));
    }

    /** The level whose requests wait in the line {@code at}. */
    static int level(int at) {
        return at / 2 + 1;
    }

    /** Whether a queue timeout counts in the line {@code at}: behind it, it is over already. */
    static boolean timesOut(int at) {
        return at % 2 == 0;
    }

    /** The first line that holds any; {@link #count} if none does. */
    int first() {
        int at = 0;
        while (at < lines.size() && lines.get(at).isEmpty()) {
            at++;
        }
        return at;
    }

    /** Whether all that wait may share a run. */
    boolean holdOnly(Object key) {
        for (int i = 0; i < lines.size(); i++) {
            List<Group<E>> open = lines.get(i).open();
            if (open.size() > 1 || (open.size() == 1 && !open.get(0).key.equals(key))) {
                return false;
            }
        }
        return true;
    }

    /** How many of a group wait in the lines from {@code first} to {@code last}. */
    int entries(int first, int last, Object key) {
        int entries = 0;
        for (int i = first; i <= last; i++) {
            Group<E> group = lines.get(i).group(key);
            entries += group == null ? 0 : group.entries.size();
        }
        return entries;
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

    /** Takes {@code batch} out, which is made of the oldest of each line from {@code first} on, line by line. */
    void takeInOrder(int first, List<E> batch) {
        int taken = 0;
        Object key = batch.get(0).group();
        for (int i = first; i < lines.size() && taken < batch.size(); i++) {
            Group<E> group = lines.get(i).group(key);
            if (group != null) {
                int from = taken;
                while (taken < batch.size() && group.entries.peek() == batch.get(taken)) {
                    group.rows -= group.entries.remove().rows();
                    taken++;
                }
                if (taken > from) {
                    lines.get(i).forgetIfEmpty(group);
                }
            }
        }
    }

    /** Takes out those that {@code going} holds, wherever they are from {@code first} on. */
    void take(int first, Set<E> going) {
        for (int i = first; i < lines.size(); i++) {
            lines.get(i).removeIf(going::contains);
        }
    }

    /** The earliest deadline, or queue timeout where it counts; {@link Waiting#NO_DEADLINE} if nobody is in a hurry. */
    long earliestExpiryNanos() {
        long earliest = Waiting.NO_DEADLINE;
        for (int i = 0; i < lines.size(); i++) {
            for (Group<E> group : lines.get(i).open()) {
                for (E entry : group.entries) {
                    earliest = Math.min(earliest, entry.deadlineNanos());
                    earliest = timesOut(i) ? Math.min(earliest, entry.timeoutNanos()) : earliest;
                }
            }
        }
        return earliest;
    }

    /** Removes all of every line that {@code leaves} says yes to. */
    void removeIf(Predicate<E> leaves) {
        lines.forEach(line -> line.removeIf(leaves));
    }
}
