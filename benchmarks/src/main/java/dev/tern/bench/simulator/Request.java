package dev.tern.bench.simulator;

import dev.tern.server.batching.policy.Waiting;

/** One simulated request. */
final class Request implements Waiting {
    private final int number;
    private final int rows;
    private final int length;
    private final Object group;
    private final int level;
    private final long enqueuedNanos;
    private final long deadlineNanos;
    private boolean done;

    Request(int number, int rows, int length, Object group, int level, long enqueuedNanos, long deadlineNanos) {
        this.number = number;
        this.rows = rows;
        this.length = length;
        this.group = group;
        this.level = level;
        this.enqueuedNanos = enqueuedNanos;
        this.deadlineNanos = deadlineNanos;
    }

    /** Its place among all requests, from 0. */
    int number() {
        return number;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long unitsPerRow() {
        return length;
    }

    @Override
    public Object group() {
        return group;
    }

    @Override
    public int level() {
        return level;
    }

    @Override
    public long enqueuedNanos() {
        return enqueuedNanos;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public long timeoutNanos() {
        return NO_DEADLINE;
    }

    @Override
    public boolean isGone() {
        return done;
    }

    long units() {
        return (long) rows * length;
    }

    /** It was answered, refused or dropped; that happens once. */
    void finish() {
        if (done) {
            throw new IllegalStateException("request " + number + " was answered twice");
        }
        done = true;
    }
}
