package dev.tern.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Time in nanoseconds that stands still until a test moves it. */
public final class FakeClock implements LongSupplier {
    private final AtomicLong now = new AtomicLong(-1_000);

    @Override
    public long getAsLong() {
        return now.get();
    }

    public void advance(long nanos) {
        now.addAndGet(nanos);
    }

    public void moveTo(long time) {
        now.set(time);
    }
}
