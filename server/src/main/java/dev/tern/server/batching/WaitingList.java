package dev.tern.server.batching;

import dev.tern.server.predict.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests of one queue in order of arrival. The oldest ones that could fill a batch stand in a window, which is
 * all that the policy looks at: a decision costs the length of a batch, not of the queue.
 *
 * <p>Guarded by its queue's lock.
 */
final class WaitingList implements BatchPolicy.Waiting {
    private final List<Entry> window = new ArrayList<>();
    private final ArrayDeque<Entry> rest = new ArrayDeque<>();
    private final List<Entry> dead = new ArrayList<>();
    private final int maxRows;

    /**
     * @param maxRows the most rows that can go together; 0 when each request goes alone
     */
    WaitingList(int maxRows) {
        this.maxRows = maxRows;
    }

    void add(Entry entry) {
        rest.add(entry);
    }

    /** Drops the dead from the window and fills it up again. */
    void refresh(long nowNanos) {
        window.removeIf(entry -> drops(entry, nowNanos));
        int rows = 0;
        for (int i = 0; i < window.size(); i++) {
            rows += window.get(i).rows();
        }
        // Requests are counted as well as rows, as a request may have none.
        while (rows <= maxRows && window.size() <= maxRows && !rest.isEmpty()) {
            Entry entry = rest.remove();
            if (!drops(entry, nowNanos)) {
                window.add(entry);
                rows += entry.rows();
            }
        }
    }

    /** Drops the dead everywhere. */
    void removeDead(long nowNanos) {
        rest.removeIf(entry -> drops(entry, nowNanos));
        refresh(nowNanos);
    }

    /** Hands over what was dropped since the last call, to be answered outside the lock. */
    List<Entry> takeDead() {
        if (dead.isEmpty()) {
            return List.of();
        }
        List<Entry> taken = List.copyOf(dead);
        dead.clear();
        return taken;
    }

    /** Removes and returns all. */
    List<Entry> removeAll() {
        List<Entry> all = new ArrayList<>(window);
        all.addAll(rest);
        window.clear();
        rest.clear();
        return all;
    }

    /** Entries held, dead ones that nobody has come across yet included. */
    int held() {
        return window.size() + rest.size();
    }

    /** The earliest deadline of all that wait, or {@link Call#NO_DEADLINE}. */
    long earliestDeadlineNanos() {
        return Math.min(earliest(window), earliest(rest));
    }

    /** Removes the {@code count} oldest and returns them. */
    List<Entry> removeFirst(int count) {
        List<Entry> head = window.subList(0, count);
        List<Entry> removed = new ArrayList<>(head);
        head.clear();
        return removed;
    }

    boolean isEmpty() {
        return window.isEmpty() && rest.isEmpty();
    }

    @Override
    public int size() {
        return window.size();
    }

    @Override
    public int rows(int index) {
        return window.get(index).rows();
    }

    @Override
    public long enqueuedNanos(int index) {
        return window.get(index).enqueuedNanos();
    }

    @Override
    public boolean alike(int first, int second) {
        return window.get(first).isLike(window.get(second));
    }

    private boolean drops(Entry entry, long nowNanos) {
        boolean drop = entry.isDead(nowNanos);
        if (drop) {
            dead.add(entry);
        }
        return drop;
    }

    private static long earliest(Iterable<Entry> entries) {
        long earliest = Call.NO_DEADLINE;
        for (Entry entry : entries) {
            earliest = Math.min(earliest, entry.deadlineNanos());
        }
        return earliest;
    }
}
