package dev.tern.bench.jmh;

import dev.tern.server.batching.BatchObserver;

/** Looks away: meters are not the scheduler's cost. */
final class Unobserved implements BatchObserver {
    @Override
    public void waited(long nanos) {}

    @Override
    public void executed(int requests, int rows, long nanos, boolean succeeded) {}
}
