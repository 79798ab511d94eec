package dev.tern.server.tracing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Draws the requests that are traced, by one group of settings. Any thread. */
final class Sampler {
    private final TraceSettings settings;
    private final AtomicLong seen = new AtomicLong();
    private final AtomicInteger left;

    Sampler(TraceSettings settings) {
        this.settings = settings;
        this.left = new AtomicInteger(settings.count());
    }

    TraceSettings settings() {
        return settings;
    }

    /** Whether requests may still be drawn. */
    boolean isOn() {
        return !settings.levels().isEmpty() && left.get() != 0;
    }

    /** Whether a request is traced: the last of each {@code rate}, while some are left. */
    boolean draws() {
        if (!isOn() || seen.incrementAndGet() % settings.rate() != 0) {
            return false;
        }
        return left.getAndUpdate(now -> now > 0 ? now - 1 : now) != 0;
    }
}
