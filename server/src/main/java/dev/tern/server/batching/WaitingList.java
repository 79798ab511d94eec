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
    private final int maxRows;
    private int windowRows;

    /**
     * @param maxRows the most rows that can go together; 0 when each request goes alone
     */
    WaitingList(int maxRows) {
        this.maxRows = maxRows;
    }

    void add(Entry entry) {
        rest.add(entry);
    }

    /** Drops what was answered or has expired from the window and fills it up again; returns how many were dropped. */
    int refresh(long nowNanos) {
        int before = window.size() + rest.size();
        window.removeIf(entry -> isDead(entry, nowNanos));
        windowRows = 0;
        for (int i = 0; i < window.size(); i++) {
            windowRows += window.get(i).rows();
        }
        while (windowRows <= maxRows && !rest.isEmpty()) {
            Entry entry = rest.remove();
            if (!isDead(entry, nowNanos)) {
                window.add(entry);
                windowRows += entry.rows();
            }
        }
        return before - window.size() - rest.size();
    }

    /** Drops dead entries everywhere; returns how many. */
    int removeDead(long nowNanos) {
        int before = rest.size();
        rest.removeIf(entry -> isDead(entry, nowNanos));
        return before - rest.size() + refresh(nowNanos);
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

    private static boolean isDead(Entry entry, long nowNanos) {
        if (entry.hasExpired(nowNanos)) {
            entry.expire();
        }
        return !entry.isQueued();
    }

    private static long earliest(Iterable<Entry> entries) {
        long earliest = Call.NO_DEADLINE;
        for (Entry entry : entries) {
            earliest = Math.min(earliest, entry.deadlineNanos());
        }
        return earliest;
    }
}
