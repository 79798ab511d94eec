package dev.tern.server.boot.versions;

import dev.tern.server.batching.BatchObserver;

/** Counts nothing of what a queue does. */
enum Uncounted implements BatchObserver {
    RUNS;

    @Override
    public void waited(long nanos) {}

    @Override
    public void executed(int requests, int rows, long nanos, boolean succeeded) {}
}
