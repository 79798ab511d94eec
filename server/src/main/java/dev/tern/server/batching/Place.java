package dev.tern.server.batching;

import java.util.ArrayDeque;

/** What {@link FairLine} knows of one client, which is its own to change. */
final class Place {
    /** 2 gets half of what 1 gets, and so on. */
    final int priority;

    /** The client's turns that nobody has begun, in order. */
    final ArrayDeque<Runnable> turns = new ArrayDeque<>();

    Need need;

    /** The time its turns have taken, in nanoseconds times the priority: who has least is served first. */
    double virtualNanos;

    /** The line's own time when this client came last: it is never put before those who waited then. */
    double floorNanos;

    /** What its next turn is expected to take. */
    long expectedNanos;

    /** Decides between equals: who came first. */
    long number;

    /** Where it stands in the line, or {@link #NOT_IN_LINE}. */
    int index = NOT_IN_LINE;

    static final int NOT_IN_LINE = -1;

    Place(int priority, Need need) {
        if (priority < 1) {
            throw new IllegalArgumentException("priority: " + priority + " (expected: >= 1)");
        }
        this.priority = priority;
        this.need = need;
    }

    boolean isInLine() {
        return index != NOT_IN_LINE;
    }

    boolean isBefore(Place other) {
        return virtualNanos < other.virtualNanos || (virtualNanos == other.virtualNanos && number < other.number);
    }
}
