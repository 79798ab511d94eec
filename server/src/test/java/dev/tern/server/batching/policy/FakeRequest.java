package dev.tern.server.batching.policy;

/** A request of a test: one row at level 1 without a hurry, unless said otherwise. */
final class FakeRequest implements Waiting {
    private final long enqueuedNanos;
    private int rows = 1;
    private long unitsPerRow = 1;
    private Object group = "";
    private int level = 1;
    private long deadlineNanos = NO_DEADLINE;
    private long timeoutNanos = NO_DEADLINE;
    private boolean gone;

    private FakeRequest(long enqueuedNanos) {
        this.enqueuedNanos = enqueuedNanos;
    }

    static FakeRequest at(long nanos) {
        return new FakeRequest(nanos);
    }

    FakeRequest rows(int count) {
        rows = count;
        return this;
    }

    FakeRequest length(long units) {
        unitsPerRow = units;
        return this;
    }

    FakeRequest group(Object key) {
        group = key;
        return this;
    }

    FakeRequest level(int priority) {
        level = priority;
        return this;
    }

    FakeRequest deadline(long nanos) {
        deadlineNanos = nanos;
        return this;
    }

    FakeRequest timeout(long nanos) {
        timeoutNanos = nanos;
        return this;
    }

    void go() {
        gone = true;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long unitsPerRow() {
        return unitsPerRow;
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
        return timeoutNanos;
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public String toString() {
        return rows + " rows of " + unitsPerRow + " at " + enqueuedNanos + ", level " + level + ", group " + group
                + (deadlineNanos == NO_DEADLINE ? "" : ", deadline " + deadlineNanos)
                + (timeoutNanos == NO_DEADLINE ? "" : ", timeout " + timeoutNanos)
                + (gone ? ", gone" : "");
    }
}
