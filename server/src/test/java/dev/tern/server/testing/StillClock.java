package dev.tern.server.testing;

import dev.tern.server.predict.Clock;

/** Time does not pass, and nothing falls due. */
public final class StillClock implements Clock {
    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public void schedule(long atNanos, Runnable task) {}
}
