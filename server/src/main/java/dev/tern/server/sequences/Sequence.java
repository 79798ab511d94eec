package dev.tern.server.sequences;

import dev.tern.server.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** One sequence: its line of requests, and its state. All of it is guarded by the lock of its {@link Sequences}. */
final class Sequence {
    /** Of one whose requests wait as long as they must. */
    static final long NEVER = Long.MAX_VALUE;

    final SequenceId id;

    /** Requests that wait for those before them, or for a slot. */
    final Deque<Entry> line = new ArrayDeque<>();

    /** What the next request gets. */
    List<Tensor> states;

    /** Whether it has a slot. */
    boolean active;

    /** Whether the next stage has one of its requests. */
    boolean busy;

    /** Whether its last request is known, or it was given up: no further one comes. */
    boolean ended;

    /** Since when it has had nothing to do. */
    long idleSinceNanos;

    /** Until when it waits for a slot. */
    long expiresNanos = NEVER;

    Sequence(SequenceId id, List<Tensor> states) {
        this.id = id;
        this.states = states;
    }

    /** Whether a request that comes now can go on at once. */
    boolean isFree() {
        return active && !busy && line.isEmpty();
    }

    /** Takes out of the line, behind {@code first} or from the beginning if that is not there, what is before the next start. */
    List<Entry> dropUntilStart(Entry first) {
        List<Entry> dropped = new ArrayList<>();
        Iterator<Entry> all = line.iterator();
        if (line.contains(first)) {
            Entry skipped = all.next();
            while (skipped != first) {
                skipped = all.next();
            }
        }
        while (all.hasNext()) {
            Entry next = all.next();
            if (next.turn().start()) {
                return dropped;
            }
            dropped.add(next);
            all.remove();
        }
        // No other start comes behind it: what this sequence was is over.
        ended = true;
        return dropped;
    }
}
