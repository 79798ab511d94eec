package dev.tern.bench.jmh;

import dev.tern.server.predict.Clock;

/** Real time and a timer whose tasks are never due within a benchmark. */
final class PlainClock implements Clock {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void schedule(long atNanos, Runnable task) {}
}
