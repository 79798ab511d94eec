package dev.tern.bench.figures;

import dev.tern.bench.run.WindowWatch;
import java.time.Duration;
import java.util.function.Supplier;

/** How much CPU time the server used within the measured window. */
public final class CpuWatch implements WindowWatch {
    private final Supplier<Duration> meter;
    private volatile Duration atStart;
    private volatile Duration atEnd;

    /** @param meter the CPU time used so far; any thread may ask */
    public CpuWatch(Supplier<Duration> meter) {
        this.meter = meter;
        atStart = meter.get();
        atEnd = atStart;
    }

    @Override
    public void began() {
        atStart = meter.get();
    }

    @Override
    public void ended() {
        atEnd = meter.get();
    }

    /** This one and another, which watch the same window; the other's doings are in it. */
    public WindowWatch and(WindowWatch other) {
        return new WindowWatch() {
            @Override
            public void began() {
                CpuWatch.this.began();
                other.began();
            }

            @Override
            public void ended() {
                other.ended();
                CpuWatch.this.ended();
            }
        };
    }

    /** By all threads, between the window's begin and its end. */
    public Duration used() {
        return atEnd.minus(atStart);
    }
}
