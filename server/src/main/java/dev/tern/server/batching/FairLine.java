package dev.tern.server.batching;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is served next, so that clients share the runners' time, however long their turns are: start-time fair queueing.
 *
 * <p>Each client has a virtual time, the nanoseconds its turns took times its priority. The waiting client with the
 * least is served. The line's own virtual time is that of the client served last; whoever comes to stand in line is
 * lifted to it, so that nobody earns credit by having nothing to do. A turn is charged at its start with what the
 * client's turns take on average, so that a client cannot take every runner before its first turn has ended, and
 * corrected at its end.
 *
 * <p>A client whose need is not free is passed over, and holds back those behind it who want some of the same, so that
 * many with small needs cannot keep one with a large need waiting for ever.
 *
 * <p>A heap: O(log n) a turn where nobody is passed over. No clock and no lock of its own.
 */
final class FairLine {
    /** A client's expected time follows its turns by this share of the difference. */
    private static final int SMOOTHING = 4;

    private final Resources resources;
    private final List<Place> heap = new ArrayList<>();
    private double virtualNanos;
    private long arrivals;

    FairLine(Resources resources) {
        this.resources = resources;
    }

    /**
     * A turn under way.
     *
     * @param chargedNanos what the client was charged in advance
     */
    record Turn(Place place, Runnable task, Need held, long startNanos, long chargedNanos) {}

    /** Has {@code place} wait with one more turn. */
    void add(Place place, Runnable turn) {
        place.turns.add(turn);
        if (!place.isInLine()) {
            enter(place);
        }
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }

    /** Begins the turn of the first client that may have one; null if there is none. */
    @Nullable
    Turn next(long nowNanos) {
        Place first = heap.isEmpty() ? null : heap.get(0);
        if (first == null || resources.areFree(first.need)) {
            return first == null ? null : begin(first, nowNanos);
        }
        return nextAfterBlocked(nowNanos);
    }

    private @Nullable Turn nextAfterBlocked(long nowNanos) {
        List<Place> blocked = new ArrayList<>();
        Place found = null;
        while (found == null && !heap.isEmpty()) {
            Place candidate = heap.get(0);
            if (resources.areFree(candidate.need) && !isHeldBack(candidate, blocked)) {
                found = candidate;
            } else {
                remove(candidate);
                blocked.add(candidate);
            }
        }
        Turn turn = found == null ? null : begin(found, nowNanos);
        blocked.forEach(this::insert);
        return turn;
    }

    private static boolean isHeldBack(Place candidate, List<Place> blocked) {
        return blocked.stream().anyMatch(earlier -> earlier.need.competesWith(candidate.need));
    }

    private Turn begin(Place place, long nowNanos) {
        remove(place);
        resources.take(place.need);
        virtualNanos = Math.max(virtualNanos, place.virtualNanos);
        Turn turn = new Turn(place, place.turns.remove(), place.need, nowNanos, place.expectedNanos);
        place.virtualNanos += charge(place, turn.chargedNanos());
        if (!place.turns.isEmpty()) {
            enter(place);
        }
        return turn;
    }

    /** Ends a turn: what it held is free, and its client has paid for it. */
    void end(Turn turn, long nowNanos) {
        Place place = turn.place();
        resources.giveBack(turn.held());
        long took = Math.max(0, nowNanos - turn.startNanos());
        place.expectedNanos += (took - place.expectedNanos) / SMOOTHING;
        place.virtualNanos = Math.max(place.floorNanos, place.virtualNanos + charge(place, took - turn.chargedNanos()));
        if (place.isInLine()) {
            siftUp(place);
            siftDown(place);
        }
    }

    /** Ends a turn that does not end by itself: its client pays no more than expected for it. */
    void writeOff(Turn turn) {
        resources.giveBack(turn.held());
    }

    private static double charge(Place place, long nanos) {
        return (double) nanos * place.priority;
    }

    private void enter(Place place) {
        place.virtualNanos = Math.max(place.virtualNanos, virtualNanos);
        place.floorNanos = virtualNanos;
        place.number = arrivals++;
        insert(place);
    }

    private void insert(Place place) {
        heap.add(place);
        place.index = heap.size() - 1;
        siftUp(place);
    }

    private void remove(Place place) {
        Place last = heap.remove(heap.size() - 1);
        if (last != place) {
            put(last, place.index);
            siftUp(last);
            siftDown(last);
        }
        place.index = Place.NOT_IN_LINE;
    }

    private void siftUp(Place place) {
        while (place.index > 0) {
            Place parent = heap.get((place.index - 1) / 2);
            if (!place.isBefore(parent)) {
                return;
            }
            swap(place, parent);
        }
    }

    private void siftDown(Place place) {
        Place child = firstChild(place);
        while (child != null && child.isBefore(place)) {
            swap(child, place);
            child = firstChild(place);
        }
    }

    private @Nullable Place firstChild(Place place) {
        int left = 2 * place.index + 1;
        if (left >= heap.size()) {
            return null;
        }
        Place one = heap.get(left);
        return left + 1 < heap.size() && heap.get(left + 1).isBefore(one) ? heap.get(left + 1) : one;
    }

    private void swap(Place one, Place other) {
        int index = one.index;
        put(one, other.index);
        put(other, index);
    }

    private void put(Place place, int index) {
        heap.set(index, place);
        place.index = index;
    }
}
